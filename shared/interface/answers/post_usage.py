"""Answers about post-usage billing."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.interface.answers.parts import Answer, Money
from shared.ledger.entitlements import BillingState
from shared.rating.kind import CallKind


class SwitchStep(Answer):
    """One thing that the switch does, or still has to do."""

    code: str
    detail: str


class PostUsage(Answer):
    """Where the switch to post-usage billing is."""

    state: BillingState
    steps: list[SwitchStep]
    accruesFrom: Annotated[datetime | None, Field(description="Null while that is not known.")]  # noqa: N815


class AccrualItem(Answer):
    """What accrued for one call kind and destination. Both are null for overdraft from before the switch."""

    callKind: CallKind | None  # noqa: N815
    destination: str | None
    calls: int
    seconds: Annotated[int, Field(description="Billed seconds of these calls.")]
    amount: Money


class Accrual(Answer):
    """What was booked in a calendar month (UTC) to be billed after use."""

    month: str
    items: list[AccrualItem]
    amount: Money
