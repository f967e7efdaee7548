"""The book of one account: what is known when a decision is made. Frozen; `apply` makes the next one.

Amounts are whole micro-units of the account's one currency. Instants are aware, in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from shared.kernel.ids import AccountId, LotId
from shared.ledger.intent import Intent
from shared.ledger.pause import NOT_PAUSED, Pause
from shared.ledger.settings import Settings
from shared.ledger.slot import IDLE, Slot, SlotState

OPEN_LOTS_MAX = 40
"""The worst debit closes every open lot, at two rows each, and a commit holds 100 rows: 2 x 40 + 11 fit with room.

Whatever is to open a lot is refused above it, open purchases and a recharge under way included, for each may open one.
Money that was taken becomes a lot all the same. One decision never touches more lots than this: what is left of it is
worked off by the commits that follow.
"""

TOO_MANY_LOTS = (
    f"an account has at most {OPEN_LOTS_MAX} open lots, open purchases and a recharge under way included;"
    " wait until some are used up"
)
"""What people are told whose lot would be one too many."""


class LotSource(StrEnum):
    """How a lot came to be."""

    PURCHASE = "purchase"
    RECHARGE = "recharge"
    GRANT = "grant"
    CORRECTION = "correction"  # credit handed back by a correction when no lot could take it


class Funding(StrEnum):
    """Whether somebody paid for a lot. Promotional lots are spent first and never refunded (R6, R11)."""

    PAID = "paid"
    PROMOTIONAL = "promotional"


@dataclass(frozen=True, slots=True)
class Lot:
    """Credit granted at one time, with one expiry (R1, R2). *pinned* is the part set aside by open holds, *expired*
    the part that was forfeited.
    """

    id: LotId
    source: LotSource
    funding: Funding
    original: int
    remaining: int
    pinned: int
    purchased_at: datetime
    expires_at: datetime
    priority: int
    payment: str
    reference: str
    expired: int = 0

    @property
    def free(self) -> int:
        """What may still be spent or pinned."""
        return self.remaining - self.pinned

    @property
    def consumed(self) -> int:
        """What calls, and overdraft before it was settled, have taken."""
        return self.original - self.remaining - self.expired

    def usable_at(self, started_at: datetime) -> bool:
        """Half-open (R2): a lot pays for calls that started before, never at, the instant it expires."""
        return started_at < self.expires_at


@dataclass(frozen=True, slots=True)
class Terms:
    """What an account was opened with; it never changes within a life. *epoch* tells apart two lives of the same
    account id, *closed_at* is when a life ended.

    *name* is the organisation's, *given* the fingerprint of what the operator asked for, without what was filled in:
    empty in accounts that 0.1.0 opened.
    """

    account: AccountId
    currency: str
    country: str
    time_zone: str
    rate_card: str
    usage_from: datetime
    opened_at: datetime
    epoch: str
    name: str = ""
    given: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where the journal stands: last page, its hash, its time, and the earliest alarm that is set."""

    sequence: int
    chain: str
    at: datetime
    next_alarm: datetime | None


@dataclass(frozen=True, slots=True)
class Recharged:
    """Money recharged in one calendar month, UTC ("2026-11"), settled or under way: what the cap is held against."""

    month: str
    amount: int


_NONE: Mapping[LotId, Lot] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Book:
    """One account as of its last commit.

    *closed* holds the lots that left the book since then, and closed ones that were read for a correction.
    *zero_notified*: administrators know that nothing is left; armed again when there is credit.
    """

    terms: Terms
    position: Position
    lots: Mapping[LotId, Lot] = field(default_factory=lambda: _NONE)
    closed: Mapping[LotId, Lot] = field(default_factory=lambda: _NONE)
    overdraft: int = 0
    accrued: int = 0
    slot: Slot = IDLE
    settings: Settings = field(default_factory=Settings)
    intents: Mapping[str, Intent] = field(default_factory=lambda: MappingProxyType({}))
    zero_notified: bool = True
    recharged: Recharged = field(default_factory=lambda: Recharged("", 0))
    pause: Pause = NOT_PAUSED

    def lots_to_come(self, now: datetime) -> int:
        """How many unexpired lots there are, and will be when every open purchase brings its money. Expired ones wait
        for late usage and for their lapse, and keep nobody from buying.
        """
        unexpired = sum(lot.usable_at(now) for lot in self.lots.values())
        return unexpired + sum(intent.is_open for intent in self.intents.values())

    def lots_reserved(self, now: datetime) -> int:
        """The same, with the lot of a recharge under way: what a decision that opens a lot counts."""
        return self.lots_to_come(now) + (self.slot.state is not SlotState.IDLE)


@dataclass(frozen=True, slots=True)
class Refused:
    """A decision's "no": a stable code of CONTRACT 2, a detail for people, and a JSON pointer to the field of the
    request that is refused, where there is one. Nothing changes.
    """

    code: str
    detail: str
    pointer: str = ""
