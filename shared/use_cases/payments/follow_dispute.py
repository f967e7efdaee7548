"""Book the state of a dispute: claw-back, return, pause of auto-recharge and notice, in one commit (R6).

The state was read from the provider, and may be old when it is booked. So the lot is read BEFORE the dispute is read
again, and the step that follows from both is booked under its number: a process with an old answer finds its step
taken, and starts again.
"""

from datetime import datetime
from enum import StrEnum

from shared.kernel.ids import AccountId, LotId
from shared.ledger import chargeback
from shared.ledger.book import Book, Lot, Refused
from shared.ledger.change import NOTHING, Change
from shared.ledger.chargeback import DisputeNow, claim_of, is_followed
from shared.ledger.claim import ClaimState
from shared.ports import Dispute, DisputeState
from shared.posting.decision import Conflict, Decision, Event, event
from shared.posting.journal import reads
from shared.service.services import Services
from shared.telemetry.instruments import CHARGEBACKS
from shared.use_cases.refunds.refund_notices import with_chargeback

TRIES_MAX = 10
"""Tries while other processes book steps of the same dispute."""

STATES = {
    DisputeState.INQUIRY: None,
    DisputeState.OPEN: ClaimState.OPEN,
    DisputeState.WON: ClaimState.WON,
    DisputeState.LOST: ClaimState.LOST,
}


class Followed(StrEnum):
    """What came of it."""

    SAME = "same"  # the book had that state
    BOOKED = "booked"
    CLOSED = "closed"  # the account is closed: nothing can be booked there


async def follow_dispute(services: Services, account: AccountId, name: LotId, dispute: Dispute) -> Followed:
    """Bring the lot *name* to the state of *dispute*. Raises `UnavailableError`."""
    for _ in range(TRIES_MAX):
        lot = await reads.lot(services.ledger.table, account, name)
        current = await _read_again(services, dispute)
        if lot is None or current is None or is_followed(lot, now_of(current)):
            return Followed.SAME
        decision = _decision(services, lot, current, _step(account, lot, current))
        answer = await services.ledger.post(account, decision)
        if isinstance(answer, Refused):
            return Followed.CLOSED
        if not isinstance(answer, Conflict):
            CHARGEBACKS.add(1, {"outcome": current.state.value})
            return Followed.BOOKED
    return Followed.SAME


def now_of(dispute: Dispute) -> DisputeNow:
    """The dispute in the ledger's terms."""
    return DisputeNow(dispute.id, STATES[dispute.state], dispute.withdrawn.micros)


async def _read_again(services: Services, dispute: Dispute) -> Dispute | None:
    async for each in services.disputes.disputes_of(dispute.payment):
        if each.id == dispute.id:
            return each
    return None


def _step(account: AccountId, lot: Lot, dispute: Dispute) -> Event:
    """The event of the next step of the claim; its content is the state to which it leads."""
    number = claim_of(lot, dispute.id).steps + 1
    content = f"{dispute.state.value} {dispute.withdrawn.micros}"
    return event("dispute", account, dispute.id, str(number), content=content)


def _decision(services: Services, lot: Lot, dispute: Dispute, step: Event) -> Decision:
    def decide(book: Book, now: datetime) -> Change | None:
        current = book.lot(lot.id)
        if current is None:
            return None
        change = chargeback.follow(book, current, now_of(dispute), services.rules.grace, now=now)
        if change is NOTHING:
            return None
        before = claim_of(current, dispute.id)
        after = next(claim for claim in change.disputed[0].claims if claim.id == dispute.id)
        is_news = not before.steps or after.state is not before.state
        if not is_news:
            return change
        return with_chargeback(book, change, dispute.money.micros, after.state, now=now)

    return Decision(decide, step, closed_lots=(lot.id,))
