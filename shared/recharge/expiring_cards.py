"""Warnings before a stored card expires: 30 and 7 days before the end of its month, UTC, each once (R5)."""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.ledger.book import Book
from shared.ledger.card import Card
from shared.ledger.change import NOTHING, Change
from shared.ledger.settings import Settings

WARNINGS = (30, 7)
"""Days before the end of the month, the first warning first."""


def next_warning(settings: Settings, *, now: datetime) -> datetime | None:
    """When the next card must be warned of; *now* or earlier if one is due. Only cards that auto-recharge could charge
    count: nobody waits for another card.
    """
    waits = [wait for card in _chargeable(settings) if (wait := _next_of(card, now=now)) is not None]
    return min(waits, default=None)


def warn(book: Book, *, now: datetime) -> tuple[Card | None, int, Change]:
    """The card of which administrators must be warned now, how many days before its end at most, and the change that
    remembers it. One card at a time: the next one is due at once.
    """
    for card in _chargeable(book.settings):
        wait = _next_of(card, now=now)
        if wait is not None and wait <= now:
            days = min(each for each in WARNINGS if card.ends_at - timedelta(days=each) <= now)
            cards = tuple(replace(each, warned=days) if each.id == card.id else each for each in book.settings.cards)
            return card, days, Change(settings=replace(book.settings, cards=cards))
    return None, 0, NOTHING


def _chargeable(settings: Settings) -> tuple[Card, ...]:
    auto_recharge = settings.auto_recharge
    return settings.usable_cards() if auto_recharge is not None and auto_recharge.enabled else ()


def _next_of(card: Card, *, now: datetime) -> datetime | None:
    """When the next warning of *card* is due; None when all were sent or it has expired."""
    if now >= card.ends_at:
        return None
    later = [days for days in WARNINGS if not card.warned or days < card.warned]
    return card.ends_at - timedelta(days=max(later)) if later else None
