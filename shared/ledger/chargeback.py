"""Chargebacks: what a bank holds back because of a dispute is clawed back from the lot, and returned when the dispute
is won (R6).

The provider's state is a level: the book is brought to it, whatever news came before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.ledger.book import Book, Lot
from shared.ledger.change import (
    DISPUTE,
    NOTHING,
    Change,
    Entry,
    EventName,
    Movement,
    MovementKind,
)
from shared.ledger.claim import FINAL, Claim, ClaimState, Disputed
from shared.ledger.money_back import give_back, take_back
from shared.ledger.pause import NOT_PAUSED, Pause, PauseReason
from shared.ledger.reverse import distributed

SOURCE = "dispute"
"""The source of the event that a movement of a dispute names."""


@dataclass(frozen=True, slots=True)
class DisputeNow:
    """A dispute as the payment provider has it now. *state* None: the bank only asks (an inquiry). *withdrawn*: what it
    holds back, in micro-units of the account's currency.
    """

    id: str
    state: ClaimState | None
    withdrawn: int


def claim_of(lot: Lot, dispute: str) -> Claim:
    """The claim on *lot*; a new one if the dispute is not known yet."""
    return next((claim for claim in lot.claims if claim.id == dispute), Claim(dispute, ClaimState.OPEN))


def is_followed(lot: Lot, dispute: DisputeNow) -> bool:
    """Whether the book is at the provider's state already. An inquiry changes nothing, and a final state stays."""
    claim = claim_of(lot, dispute.id)
    if dispute.state is None and not claim.steps:
        return True
    return _followed(claim, dispute) == claim


def _followed(claim: Claim, dispute: DisputeNow) -> Claim:
    """*claim* in the state of *dispute*, without what that does to the lot."""
    state = claim.state if claim.state in FINAL or dispute.state is None else dispute.state
    if not claim.steps or (state, dispute.withdrawn) != (claim.state, claim.clawed_back):
        return replace(claim, state=state, clawed_back=dispute.withdrawn, steps=claim.steps + 1)
    return claim


def follow(book: Book, lot: Lot, dispute: DisputeNow, grace: timedelta, *, now: datetime) -> Change:
    """Bring the claim on *lot* to the state of *dispute*. Claw back what is withdrawn beyond what was clawed back, or
    return what is withdrawn no longer. A new dispute pauses auto-recharge in the same commit, because the trigger is
    evaluated after every decision and would charge the same card again.
    """
    if is_followed(lot, dispute):
        return NOTHING
    before = claim_of(lot, dispute.id)
    after = _followed(before, dispute)
    more = after.clawed_back - before.clawed_back
    pause = _pause(book, before, after, now=now)
    if more >= 0:
        taken = take_back(lot, more, DISPUTE)
        change = _claimed(lot, replace(after, used=before.used + taken.used), pause)
        return _with_movement(change, MovementKind.CHARGEBACK, dispute.id, taken.entries)
    after = replace(after, used=min(before.used, after.clawed_back))
    return _returned(book, lot, (before, after), grace, now=now).then(_claimed(lot, after, pause))


def _returned(book: Book, lot: Lot, step: tuple[Claim, Claim], grace: timedelta, *, now: datetime) -> Change:
    """Return what is clawed back no longer: first what the bank took beside the lot."""
    before, after = step
    amount, used = before.clawed_back - after.clawed_back, before.used - after.used
    beside = min(amount, max(0, lot.shortfall))
    returned = give_back(book, lot, amount, DISPUTE, beside=beside, used=used, grace=grace, now=now)
    event = EventName(SOURCE, before.id)
    opened, spread = distributed(book, (), returned.spare, event, now=now)
    change = _with_movement(NOTHING, MovementKind.CORRECTION, before.id, returned.entries + spread)
    return replace(change, opened=opened)


def _with_movement(change: Change, kind: MovementKind, dispute: str, entries: tuple[Entry, ...]) -> Change:
    movement = Movement(kind, entries, EventName(SOURCE, dispute))
    return replace(change, movements=(movement,)) if entries else change


def _claimed(lot: Lot, claim: Claim, pause: Pause | None) -> Change:
    claims: Mapping[str, Claim] = {**{known.id: known for known in lot.claims}, claim.id: claim}
    return Change(disputed=(Disputed(lot.id, tuple(claims.values()), lot.is_warned),), pause=pause)


def _pause(book: Book, before: Claim, after: Claim, *, now: datetime) -> Pause | None:
    """The pause of auto-recharge after this step, if it changes. It begins with a dispute and ends when every dispute
    that it is for is won.
    """
    if after.state is ClaimState.WON:
        return without_cause(book, after.id)
    return None if before.steps else paused_for(book, after.id, now=now)


def paused_for(book: Book, cause: str, *, now: datetime) -> Pause:
    """A pause because of the dispute or fraud warning *cause*, in addition to other ones."""
    is_paused = book.pause.reason is PauseReason.DISPUTE
    current = book.pause if is_paused else Pause(PauseReason.DISPUTE, now)
    return replace(current, causes=tuple(dict.fromkeys((*current.causes, cause))))


def without_cause(book: Book, cause: str) -> Pause | None:
    """The pause without *cause*; None when it was not paused because of it."""
    if cause not in book.pause.causes:
        return None
    left = tuple(each for each in book.pause.causes if each != cause)
    return replace(book.pause, causes=left) if left else NOT_PAUSED


def warn(book: Book, lot: Lot, *, now: datetime) -> Change:
    """The issuer of the card has warned that the payment of *lot* may be fraudulent: auto-recharge pauses, once."""
    if lot.is_warned:
        return NOTHING
    warned = Disputed(lot.id, lot.claims, is_warned=True)
    return Change(disputed=(warned,), pause=paused_for(book, f"warning {lot.payment}", now=now))
