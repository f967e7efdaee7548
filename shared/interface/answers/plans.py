"""Answers about the plan catalogue."""

from typing import Annotated, Literal

from pydantic import Field

from shared.interface.answers.parts import Answer, Page


class PlanPool(Answer):
    """Minutes that each licence of a plan includes in a calendar month, in UTC."""

    destinations: Literal["domestic", "international", "zoneA"]
    minutesPerLicence: int  # noqa: N815
    pooled: Annotated[bool, Field(description="The licences add up; if false, each user has one licence's minutes.")]
    locations: Annotated[
        list[str], Field(description="Usage locations with these minutes (ISO 3166-1); none: everywhere else.")
    ]
    countries: Annotated[
        list[str] | None, Field(description="The only countries called, when not all of the destinations.")
    ] = None


class Plan(Answer):
    """A plan that a subscription can name."""

    plan: Annotated[str, Field(description="Its capability in usage records.")]
    name: str
    pools: Annotated[list[PlanPool], Field(description="None: every call is charged.")]


class PlanPage(Page[Plan]):
    """A page of plans."""
