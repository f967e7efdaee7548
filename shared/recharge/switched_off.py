"""Auto-recharge switched off by the service, because there is no card that it could charge (R5)."""

from dataclasses import replace
from datetime import datetime

from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.slot import SlotState
from shared.recharge.slot import give_up


def without_card(book: Book, *, now: datetime) -> Change:
    """Switch auto-recharge off when no stored card can be charged; a recharge under way is cancelled. A card that only
    needs its holder can still be charged.
    """
    stored = book.settings.auto_recharge
    if stored is None or not stored.enabled or book.settings.usable_cards():
        return NOTHING
    return switch_off(book, now=now)


def switch_off(book: Book, *, now: datetime) -> Change:
    """Switch auto-recharge off, as an administrator does."""
    settings = book.settings
    assert settings.auto_recharge is not None
    off = replace(settings.auto_recharge, enabled=False)
    version = settings.auto_recharge_version + 1
    change = Change(settings=replace(settings, auto_recharge=off, auto_recharge_version=version))
    is_idle = book.slot.state is SlotState.IDLE
    return change if is_idle else change.then(give_up(book, book.slot.payment, now=now))
