"""The book of one account: everything known when a decision is made. It is frozen; `apply` makes the next one.

Amounts are whole micro-units of the account's one currency. Instants are timezone-aware, in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from shared.kernel.ids import AccountId, LotId
from shared.ledger.brake import WATCHING, Brake
from shared.ledger.entitlements import NO_ENTITLEMENTS, Entitlements, Licence
from shared.ledger.habit import UNKNOWN_HABIT, Habit
from shared.ledger.hold import Hold
from shared.ledger.intent import Intent
from shared.ledger.lot import Funding, Lot, LotSource
from shared.ledger.pause import NOT_PAUSED, Pause
from shared.ledger.pool import Pool
from shared.ledger.refund import Refund
from shared.ledger.settings import Settings
from shared.ledger.slot import IDLE, Slot, SlotState
from shared.ledger.told import NOT_TOLD, Told

__all__ = [
    "OPEN_LOTS_MAX",
    "TOO_MANY_LOTS",
    "Book",
    "Funding",
    "Lot",
    "LotSource",
    "Position",
    "Recharged",
    "Refused",
    "Terms",
]

OPEN_LOTS_MAX = 40
"""The most open lots of an account. The worst debit closes every open lot, at two rows each, and a commit holds 100
rows: 2 x 40 + 11 leave a margin.

A request that would open a lot is refused above this limit. Open purchases and a recharge under way count: each may
open a lot. Money that was taken becomes a lot all the same. One decision never touches more: later commits do the rest.
"""

TOO_MANY_LOTS = (
    f"an account has at most {OPEN_LOTS_MAX} open lots, open purchases and a recharge under way included;"
    " wait until some are used up"
)
"""The detail of the refusal `too_many_lots`."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an account was opened with. Only closing the account changes it, within one life: *closed_at* is when the
    life ended. *epoch* distinguishes two lives of the same account id.

    *name* is the organisation's. *given* is the fingerprint of the operator's request, without defaults that the
    service filled in; it is empty in accounts that 0.1.0 opened.
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
    """The end of the journal: the last page's number, hash and time, and the earliest alarm that is set."""

    sequence: int
    chain: str
    at: datetime
    next_alarm: datetime | None


@dataclass(frozen=True, slots=True)
class Recharged:
    """Money recharged in one calendar month, UTC ("2026-11"), settled or under way. The monthly cap limits it (R4).

    *notified*: the percentage of the cap of which administrators were notified last. *recent*: when cards were charged
    within the hour before the last charge, that one included; more than a few within an hour stop auto-recharge.
    """

    month: str
    amount: int
    notified: int = 0
    recent: tuple[datetime, ...] = ()


_NONE: Mapping[LotId, Lot] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Book:
    """One account as of its last commit.

    *closed* has the lots that were used up since then, and closed lots that were read for a correction. *accrued* is
    usage that is billed after use (R17). *holds* are the open ones, by their key. *refunds* are the open ones, and
    closed ones that were read for a decision. *licences*, by user, and *pools*, by
    key, are those that decisions of this process have needed so far: a user without a licence and a pool without usage
    are present, too.
    *zero_notified*: administrators were notified that nothing is left; it is reset when there is credit again.
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
    told: Told = NOT_TOLD
    holds: Mapping[str, Hold] = field(default_factory=lambda: MappingProxyType({}))
    entitlements: Entitlements = NO_ENTITLEMENTS
    licences: Mapping[str, Licence] = field(default_factory=lambda: MappingProxyType({}))
    pools: Mapping[str, Pool] = field(default_factory=lambda: MappingProxyType({}))
    refunds: Mapping[str, Refund] = field(default_factory=lambda: MappingProxyType({}))
    brake: Brake = WATCHING
    habit: Habit = UNKNOWN_HABIT

    def lot(self, name: LotId) -> Lot | None:
        """A lot, open or closed, if it is in the book."""
        return self.lots.get(name) or self.closed.get(name)

    def lots_expected(self, now: datetime) -> int:
        """How many unexpired lots there will be when every open purchase has succeeded. Expired lots do not count: they
        only wait for late usage and for their lapse.
        """
        unexpired = sum(lot.usable_at(now) for lot in self.lots.values())
        return unexpired + sum(intent.is_open for intent in self.intents.values())

    def lots_reserved(self, now: datetime) -> int:
        """`lots_expected`, and one more for a recharge under way. A decision that opens a lot counts this."""
        return self.lots_expected(now) + (self.slot.state is not SlotState.IDLE)


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal, after which nothing changes: a stable code of CONTRACT 2, a detail for people, and a JSON pointer to
    the field of the request that is refused, if there is one. *reasons*: code, detail and remedy of each reason, if the
    refusal has several.
    """

    code: str
    detail: str
    pointer: str = ""
    reasons: tuple[tuple[str, str, str], ...] = ()
