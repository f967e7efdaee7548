"""Auto-recharge switched off by the service, where there is no card that it could charge (R5), or where it would charge
a card at once after a refund (R6).
"""

from dataclasses import replace
from datetime import datetime

from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.settings import Settings
from shared.ledger.slot import SlotState
from shared.recharge.slot import give_up
from shared.recharge.trigger import is_at_trigger


def without_card(book: Book, *, now: datetime) -> Change:
    """Switch auto-recharge off when no stored card can be charged; a recharge under way is cancelled. A card that only
    needs its holder can still be charged.

    If a decline has refused the last card, the declined recharge keeps waiting for another card, and auto-recharge is
    switched on again with it: a new card resets (R4). If the last card was removed, it stays off (R5).
    """
    stored = book.settings.auto_recharge
    if stored is None or not stored.enabled or book.settings.usable_cards():
        return NOTHING
    if is_refused_last(book):
        return Change(settings=replace(switched_off(book.settings), resumes_with_card=True))
    return switch_off(book, now=now)


def is_refused_last(book: Book) -> bool:
    """Whether the slot waits after a decline that has refused the last card."""
    slot = book.slot
    is_stored = any(card.id == slot.card or card.name == slot.card_name for card in book.settings.cards)
    return slot.state is SlotState.DECLINED and is_stored


def resumed(settings: Settings) -> Settings:
    """*settings*, in which a card was stored, with auto-recharge on again if it was only off for want of a card."""
    if not settings.resumes_with_card or settings.auto_recharge is None or not settings.usable_cards():
        return settings
    on = replace(settings.auto_recharge, enabled=True)
    version = settings.auto_recharge_version + 1
    return replace(settings, auto_recharge=on, auto_recharge_version=version, resumes_with_card=False)


def switched_off(settings: Settings) -> Settings:
    """*settings* with auto-recharge off for good; unchanged if it is."""
    stored = settings.auto_recharge
    if stored is None or not (stored.enabled or settings.resumes_with_card):
        return settings
    off = replace(stored, enabled=False)
    version = settings.auto_recharge_version + 1
    return replace(settings, auto_recharge=off, auto_recharge_version=version, resumes_with_card=False)


def switch_off(book: Book, *, now: datetime) -> Change:
    """Switch auto-recharge off, as an administrator does."""
    change = Change(settings=switched_off(book.settings))
    is_idle = book.slot.state is SlotState.IDLE
    return change if is_idle else change.then(give_up(book, book.slot.payment, now=now))


def off_at_trigger(book: Book, *, now: datetime) -> Change:
    """Switch auto-recharge off if *book*, after a refund, is at or below the trigger: the same card would be charged at
    once. A recharge under way is given up.
    """
    stored = book.settings.auto_recharge
    if stored is None or not stored.enabled or not is_at_trigger(book, stored, now=now):
        return NOTHING
    return switch_off(book, now=now)
