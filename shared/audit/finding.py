"""What the audit found wrong."""

from dataclasses import dataclass
from enum import StrEnum


class Invariant(StrEnum):
    """The invariants of shared/ledger/README.md, by number."""

    BALANCED = "1 every movement balances"
    HEAD = "2 head, lots and holds agree"
    LOT = "3 a lot's parts make its original"
    CHAIN = "4 pages are gapless, chained and in time; the book can be rebuilt from them"
    ONCE = "5 every event is settled once"
    PAYMENT = "6 payments and paid lots match"
    HOLD = "7 holds end once, and their pins add up"
    ORDER = "8 lots are spent in order and before expiry; no overdraft beside free money"
    WAITING = "9 what waits has an alarm; outbox and suspense agree"
    LIMIT = "11 what a commit must hold is bounded"
    POOL = "12 pools equal what calls took"
    TENANT = "10 a partition holds its own tenant's known rows"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken invariant, in which row, with a text for people."""

    account: str
    invariant: Invariant
    row: str
    detail: str

    def __str__(self) -> str:
        return f"{self.account} {self.row}: {self.detail} ({self.invariant.value})"
