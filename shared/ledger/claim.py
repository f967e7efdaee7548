"""A claim: a dispute of a lot's payment, as the book records it (R6). The rules are in `chargeback.py`."""

from dataclasses import dataclass
from enum import StrEnum

from shared.kernel.ids import LotId


class ClaimState(StrEnum):
    """The state of a dispute that is more than an inquiry."""

    OPEN = "open"  # the bank has not decided
    WON = "won"  # final: the service keeps the money
    LOST = "lost"  # final: the card holder keeps it


FINAL = frozenset({ClaimState.WON, ClaimState.LOST})


@dataclass(frozen=True, slots=True)
class Claim:
    """One dispute. *clawed_back* is what the bank holds back because of it, in micro-units; *used* the part of that
    which calls had consumed and which became overdraft. *steps* counts the changes of the claim. The names of all
    fields are stored.
    """

    id: str
    state: ClaimState
    clawed_back: int = 0
    used: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Disputed:
    """The claims on *lot* after a change. *is_warned*: the issuer of its card has warned of fraud."""

    lot: LotId
    claims: tuple[Claim, ...]
    is_warned: bool = False
