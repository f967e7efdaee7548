"""A lot: credit granted at one time, with one expiry (R1, R2)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.kernel.ids import LotId
from shared.ledger.claim import Claim, ClaimState


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
