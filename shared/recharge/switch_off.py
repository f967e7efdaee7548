"""The service switches auto-recharge off, where it would charge a card that nobody wants charged (R5, R6)."""

from dataclasses import replace
from datetime import datetime

from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.slot import SlotState
from shared.recharge.slot import give_up
from shared.recharge.trigger import is_at_trigger


def off_at_trigger(book: Book, *, now: datetime) -> Change:
    """Switch auto-recharge off if *book*, after a refund, is at or below the trigger: the same card would be charged at
    once. A recharge under way is given up.
    """
    auto_recharge = book.settings.auto_recharge
    if auto_recharge is None or not auto_recharge.enabled or not is_at_trigger(book, auto_recharge, now=now):
        return NOTHING
    off = replace(auto_recharge, enabled=False)
    version = book.settings.auto_recharge_version + 1
    change = Change(settings=replace(book.settings, auto_recharge=off, auto_recharge_version=version))
    return change if book.slot.state is SlotState.IDLE else change.then(give_up(book, book.slot.payment, now=now))
