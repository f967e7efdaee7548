"""Answers about calls: authorisations, holds, pools."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.interface.answers.accounts import LotAmount
from shared.interface.answers.parts import Answer, Money, Page
from shared.plans.plan import PoolKind
from shared.rating.kind import CallKind


class FinalUnit(Answer):
    """What to do when the granted seconds end, because nothing more could be held when this was answered."""

    action: Literal["terminate"]
    warnSeconds: Annotated[int, Field(description="How long before the end the caller can be warned.")]  # noqa: N815


class Authorisation(Answer):
    """Whether a call may start or go on. A "no" is an answer, too."""

    allowed: bool
    reason: Annotated[
        Literal[
            "balance_zero",
            "balance_insufficient",
            "not_licensed",
            "no_rate",
            "masked_number",
            "fraud_brake",
            "payg_off",
            "unknown_payer",
            "hold_ended",
        ]
        | None,
        Field(description="Why not; null when allowed."),
    ]
    callKind: CallKind | None  # noqa: N815
    leg: str
    maxSeconds: Annotated[  # noqa: N815
        int | None, Field(description="Talk seconds from the start of the call; null where the call costs nothing.")
    ]
    validUntil: Annotated[  # noqa: N815
        datetime | None, Field(description="When the hold is released unless it is extended or settled.")
    ]
    validSeconds: Annotated[int | None, Field(description="The same, counted from this answer.")]  # noqa: N815
    reauthoriseAt: Annotated[datetime | None, Field(description="When to extend at the latest.")]  # noqa: N815
    reauthoriseSeconds: Annotated[int | None, Field(description="The same, counted from this answer.")]  # noqa: N815
    finalUnit: FinalUnit | None  # noqa: N815
    perMinute: Money | None  # noqa: N815
    freeSeconds: Annotated[int, Field(description="Seconds of the grant that a pool pays.")]  # noqa: N815


class Released(Answer):
    """A leg that has ended."""

    leg: str


class Hold(Answer):
    """What a call in progress has set aside."""

    leg: str
    since: datetime
    validUntil: datetime  # noqa: N815
    amount: Annotated[Money, Field(description="What is set aside in lots.")]
    lots: list[LotAmount]
    callKind: CallKind  # noqa: N815
    user: str | None
    maxSeconds: int  # noqa: N815
    freeSeconds: Annotated[int, Field(description="Seconds of it that a pool pays.")]  # noqa: N815
    pool: str | None


class Pool(Answer):
    """Minutes of a calendar month (UTC) that calls use up before they are charged."""

    id: str
    capability: str
    destinations: PoolKind
    usageLocation: Annotated[str | None, Field(description="Null: the whole tenant.")]  # noqa: N815
    user: Annotated[str | None, Field(description="Of plans whose minutes are each user's own.")]
    month: str
    sizeSeconds: int  # noqa: N815
    usedSeconds: int  # noqa: N815


class HoldPage(Page[Hold]):
    """A page of open holds."""


class PoolPage(Page[Pool]):
    """A page of pools."""
