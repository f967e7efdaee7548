"""The book of one account: everything known when a decision is made. It is frozen; `apply` makes the next one.

Amounts are whole micro-units of the account's one currency. Instants are timezone-aware, in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from shared.kernel.ids import AccountId, LotId
from shared.ledger.claim import Claim, ClaimState
from shared.ledger.entitlements import NO_ENTITLEMENTS, Entitlements, Licence
from shared.ledger.hold import Hold
from shared.ledger.intent import Intent
from shared.ledger.pause import NOT_PAUSED, Pause
from shared.ledger.pool import Pool
from shared.ledger.refund import Refund
from shared.ledger.settings import Settings
from shared.ledger.slot import IDLE, Slot, SlotState

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


class LotSource(StrEnum):
    """What created a lot."""

    PURCHASE = "purchase"
    RECHARGE = "recharge"
    GRANT = "grant"
    CORRECTION = "correction"  # credit returned by a correction that no existing lot could take


class Funding(StrEnum):
    """Whether a lot was paid for. Promotional lots are spent first and never refunded (R6, R11)."""

    PAID = "paid"
    PROMOTIONAL = "promotional"


@dataclass(frozen=True, slots=True)
class Lot:
    """Credit granted at one time, with one expiry (R1, R2). *scope*: the call kinds that it may pay for; empty means
    every kind. *pinned* is the part set aside by open holds, *refunding* the part set aside by open refunds.

    *expired*, *refunded*, *clawed_back* and *taken_back* are the parts that lapsed, went back to the card, were taken
    by banks because of *claims*, and by a reversed grant. *ends_refunded*: its last movement was a refund. *is_warned*:
    the issuer of the card has warned of fraud.
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
    scope: tuple[str, ...] = ()
    refunding: int = 0
    refunded: int = 0
    clawed_back: int = 0
    taken_back: int = 0
    claims: tuple[Claim, ...] = ()
    ends_refunded: bool = False
    is_warned: bool = False

    @property
    def free(self) -> int:
        """What can still be spent, pinned or refunded."""
        return self.remaining - self.pinned - self.refunding

    @property
    def gone(self) -> int:
        """What has left the lot for another reason than calls."""
        return self.expired + self.refunded + self.clawed_back + self.taken_back

    @property
    def consumed(self) -> int:
        """What calls have taken, directly or through overdraft that the lot has settled."""
        return self.original - self.remaining - self.gone

    @property
    def is_disputed(self) -> bool:
        """Whether a dispute of its payment is open or lost: nothing of it is spent or pinned."""
        return bool(self.claims) and any(claim.state is not ClaimState.WON for claim in self.claims)

    @property
    def shortfall(self) -> int:
        """What banks took beyond what the lot had, because a part was set aside or refunded: it became overdraft."""
        return sum(claim.clawed_back for claim in self.claims) - self.clawed_back

    def usable_at(self, started_at: datetime) -> bool:
        """Whether the lot pays for a call that began at *started_at*: before its expiry, not at it (half-open, R2)."""
        return started_at < self.expires_at

    def pays_for(self, call_kind: str | None) -> bool:
        """Whether the lot may pay for calls of this kind; None stands for what is no single call, such as overdraft:
        only a lot without a scope pays for it.
        """
        return not self.scope or call_kind in self.scope


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
    holds: Mapping[str, Hold] = field(default_factory=lambda: MappingProxyType({}))
    entitlements: Entitlements = NO_ENTITLEMENTS
    licences: Mapping[str, Licence] = field(default_factory=lambda: MappingProxyType({}))
    pools: Mapping[str, Pool] = field(default_factory=lambda: MappingProxyType({}))
    refunds: Mapping[str, Refund] = field(default_factory=lambda: MappingProxyType({}))

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
    the field of the request that is refused, if there is one. *reasons*: the code and detail of each reason, if the
    refusal has several.
    """

    code: str
    detail: str
    pointer: str = ""
    reasons: tuple[tuple[str, str], ...] = ()
