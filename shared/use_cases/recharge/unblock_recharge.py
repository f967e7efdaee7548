"""Unblock a recharge (R3, R4): an operator has it tried now, or gives it up.

There is never a second payment beside the first: the current state of the slot's payment is booked before anything
else, a new try uses the same payment, and the slot is free only when that payment is cancelled.
"""

from datetime import datetime
from enum import StrEnum

from shared.kernel.ids import AccountId, PaymentId
from shared.ledger.book import Book, Refused
from shared.ledger.change import NOTHING, Change
from shared.ledger.slot import Slot, SlotState
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision
from shared.recharge.slot import give_up, reset
from shared.service.http import refused
from shared.service.services import Services
from shared.use_cases.payments.settle_payment import settle_payment
from shared.use_cases.recharge.recharge_account import recharge_account


class UnblockAction(StrEnum):
    """What the operator wants."""

    TRY_NOW = "try now"  # move it as far as possible; a declined one is tried again, as after a new card
    GIVE_UP = "give up"  # cancel the payment; auto-recharge begins again when it is wanted


async def unblock_recharge(services: Services, account: AccountId, action: UnblockAction) -> Slot:
    """Return the slot in its new state; an idle one does not change. Refuses an unknown account, and a new try when no
    stored card can be charged. Raises `UnavailableError` when the provider does not answer.
    """
    book = await services.ledger.read(account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    slot = book.slot
    if slot.payment:
        await settle_payment(services, PaymentId(slot.payment))
    answer = await services.ledger.post(account, Decision(lambda current, now: _moved(current, slot, action, now)))
    if isinstance(answer, Refused):
        raise refused(answer)
    await recharge_account(services, account, slot.sequence)
    return (await services.book(account)).slot


def _moved(book: Book, intended: Slot, action: UnblockAction, now: datetime) -> Change | Refused | None:
    """The change for *action*; None when the slot is no longer the one that the operator means."""
    if book.slot.sequence != intended.sequence or book.slot.state is SlotState.IDLE:
        return None
    if action is UnblockAction.GIVE_UP:
        change = give_up(book, book.slot.payment, now=now)
    elif book.slot.state is SlotState.DECLINED and not book.settings.usable_cards():
        return Refused("no_payment_method", "no stored card can be charged: an administrator must store another")
    else:
        change = reset(book, now=now)
    return None if change is NOTHING else change
