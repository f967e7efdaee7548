"""Answers about the fraud brake."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.interface.answers.parts import Answer, Money


class BrakeCause(Answer):
    """A user or a destination prefix that is stopped; everything that costs money where both are null."""

    user: str | None
    prefix: Annotated[str | None, Field(description="A prefix of the rate card, digits only.")]
    observed: Annotated[Money, Field(description="The cost within the hour or day in which it was noticed.")]
    usual: Annotated[Money, Field(description="What the account's habit is for as long.")]


class Brake(Answer):
    """The fraud brake: its settings, and whom it stops."""

    enabled: bool
    perUserPerHour: Money | None  # noqa: N815
    perPrefixPerHour: Money | None  # noqa: N815
    sensitivity: Annotated[float, Field(ge=0, le=1)]
    state: Literal["watching", "braked"]
    since: Annotated[datetime | None, Field(description="When it braked, or was released last.")]
    why: list[BrakeCause]
