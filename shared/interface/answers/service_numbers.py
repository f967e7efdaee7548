"""Answers about service numbers."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.interface.answers.parts import Answer, Page
from shared.rating.service_numbers import NumberKind, NumberUse


class ServiceNumber(Answer):
    """A number that the account has registered."""

    id: str
    number: Annotated[str, Field(pattern=r"^\+[0-9]{7,15}$")]
    kind: Annotated[NumberKind, Field(description="Of a toll-free number the account pays inbound calls.")]
    use: Annotated[NumberUse, Field(description="What answers the calls.")]
    registeredAt: datetime  # noqa: N815 - the wire's name


class ReleasedServiceNumber(Answer):
    """A number that the account has released."""

    id: str
    releasedAt: datetime  # noqa: N815


class ServiceNumberPage(Page[ServiceNumber]):
    """A page of service numbers."""
