"""A hold: what a call in progress has set aside in lots and in a pool (R14). The rules are in `pin.py`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.kernel.ids import LotId


class HoldEnd(StrEnum):
    """How a hold ended. Each ends exactly once."""

    SETTLED = "settled"  # by the usage of its call
    RELEASED = "released"  # by the telephony system
    TIMED_OUT = "timedOut"


@dataclass(frozen=True, slots=True)
class HeldRate:
    """The rate at which a hold was made, for its extensions. Money in micro-units."""

    per_minute: int
    connection_fee: int
    minimum_seconds: int
    increment_seconds: int


@dataclass(frozen=True, slots=True)
class Hold:
    """An open hold. *key* is the digest of the *leg*, the telephony system's own id of the call.

    *seconds*: the billed seconds from the start of the call that it pays for; *pool_seconds* of them are taken from
    *pool* and the rest is priced *amount*, of which *pins* set aside parts of lots. Where usage is billed after use,
    pins may be less than the amount. *until*: when it times out. *prefix*: that of the rate. The names of all
    fields are stored.
    """

    key: str
    leg: str
    call_kind: str
    user: str
    since: datetime
    until: datetime
    seconds: int
    amount: int
    rate: HeldRate
    pins: tuple[tuple[LotId, int], ...] = ()
    pool: str = ""
    pool_user: str = ""
    pool_seconds: int = 0
    pay_as_you_go: bool = True
    is_licensed: bool = True
    prefix: str = ""

    @property
    def pinned(self) -> int:
        """What is set aside in lots."""
        return sum(amount for _, amount in self.pins)
