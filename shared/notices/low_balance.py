"""Which levels of the balance administrators are told of (R19): one e-mail for a crossing, and one when it is over.

A level that was told is left only when the balance is a tenth above it, and is told at most twice within a day. A
balance that goes up and down around a level does not cause a series of e-mails.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.kernel.money import Money
from shared.ledger.balance import balance, has_balance
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.entitlements import BillingState
from shared.notices.account_kinds import LowBalance, Recovered
from shared.notices.notify import low_balance_status, notice_message
from shared.notices.thresholds import is_recharge_awaited

LEVELS_MAX = 5
"""Levels of one account (CONTRACT 2)."""

CLEARLY = 10
"""A level is left when the balance is above it by one part in this many."""

WITHIN = timedelta(days=1)
WITHIN_MAX = 2
"""How often one level is told within that time."""


def low_balance(book: Book, *, now: datetime) -> Change:
    """Tell of the lowest chosen level that the balance has reached, or that it has left every one that was told.

    While a recharge is under way nothing is told: it may bring credit within seconds. Nothing is told either at zero,
    of which there is an e-mail of its own, of an account that never had credit, or where usage is billed after use.
    """
    levels, told = book.settings.low_balance, book.told
    if not levels or book.entitlements.billing is not BillingState.PREPAID:
        return Change(told=replace(told, low=None, recent=())) if told.low is not None or told.recent else NOTHING
    left, still = balance(book, now), _still_low(book, now)
    crossed = _crossed(book, still, now)
    if crossed is not None and not is_recharge_awaited(book, now=now):
        return _tell(book, crossed, left, now) if _tell_at(book, crossed, now) is None else NOTHING
    if told.low is not None and still is None:
        notice = Recovered(now, Money(left, book.terms.currency))
        return Change(told=replace(told, low=None), outbox=(notice_message(book, notice),))
    return Change(told=replace(told, low=still)) if still != told.low else NOTHING


def next_low_balance(book: Book, *, now: datetime) -> datetime | None:
    """When a level must be told that was told too often to be told now; None if there is none."""
    if not book.told.recent or book.entitlements.billing is not BillingState.PREPAID:
        return None
    crossed = _crossed(book, _still_low(book, now), now)
    return None if crossed is None else _tell_at(book, crossed, now)


def kept_low(book: Book, levels: tuple[int, ...]) -> int | None:
    """What counts as told after administrators have chosen *levels*: of those that they had before."""
    low, before = book.told.low, book.settings.low_balance
    return min((each for each in levels if each in before and low is not None and each >= low), default=None)


def _still_low(book: Book, now: datetime) -> int | None:
    """The lowest level that was told and has not been left clearly."""
    left, low = balance(book, now), book.told.low
    told = [level for level in book.settings.low_balance if low is not None and level >= low]
    return min((level for level in told if not _is_left(level, left)), default=None)


def _is_left(level: int, left: int) -> bool:
    return left > level + level // CLEARLY


def _crossed(book: Book, still: int | None, now: datetime) -> int | None:
    """The lowest level that the balance has reached, if it was not told."""
    if book.zero_notified and not has_balance(book, now):
        return None
    left = balance(book, now)
    lowest = min((level for level in book.settings.low_balance if left <= level), default=None)
    return lowest if lowest is not None and (still is None or lowest < still) else None


def _recent(book: Book, now: datetime) -> tuple[tuple[int, datetime], ...]:
    return tuple((level, at) for level, at in book.told.recent if now - at < WITHIN)


def _tell_at(book: Book, level: int, now: datetime) -> datetime | None:
    """When *level* may be told again; None: now."""
    times = sorted(at for each, at in _recent(book, now) if each == level)
    return times[-WITHIN_MAX] + WITHIN if len(times) >= WITHIN_MAX else None


def _tell(book: Book, level: int, left: int, now: datetime) -> Change:
    currency = book.terms.currency
    notice = LowBalance(now, Money(level, currency), Money(left, currency), low_balance_status(book))
    told = replace(book.told, low=level, recent=(*_recent(book, now), (level, now)))
    return Change(told=told, outbox=(notice_message(book, notice),))
