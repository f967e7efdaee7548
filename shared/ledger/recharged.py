"""What recharges took from cards, by calendar month in UTC, and how often (R4). The month in which the card is charged
counts. The amount of a recharge under way is reserved in the month of its current try.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.ledger.book import Book, Recharged

BURST_WINDOW = timedelta(hours=1)
"""The time in which charges are counted that may be a burst."""


def month_of(instant: datetime) -> str:
    """The calendar month, in UTC: "2026-11"."""
    return f"{instant.astimezone(UTC):%Y-%m}"


def recharged_this_month(book: Book, *, now: datetime) -> Recharged:
    """What recharges have taken, or may still take, in the month of *now*. A recharge under way was perhaps reserved in
    an earlier month: if a card is charged now, it counts in this one.
    """
    month, recharged = month_of(now), book.recharged
    if recharged.month == month:
        return recharged
    return Recharged(month, book.slot.amount, recent=recharged.recent)


def settled_this_month(book: Book, *, now: datetime) -> int:
    """What recharges have taken in the month of *now*, without the one under way."""
    return max(0, recharged_this_month(book, now=now).amount - book.slot.amount)


def with_charge(book: Book, charged_at: datetime, *, now: datetime) -> Recharged:
    """The money recharged after the slot's card was charged at *charged_at*. If its amount was reserved in an earlier
    month, it moves to the month of the charge. It never moves back: by the account's clock that month is over, and a
    charge that counts in no month would be above every cap. The hour is counted by the account's clock as well.
    """
    recharged, month = book.recharged, month_of(charged_at)
    if recharged.month < month:
        recharged = Recharged(month, book.slot.amount, recent=recharged.recent)
    recent = (at for at in (*recharged.recent, now) if at > now - BURST_WINDOW)
    return replace(recharged, recent=tuple(sorted(recent)))


def without_reserve(book: Book) -> Recharged:
    """The money recharged after the slot's payment was cancelled: its amount is given back to its month."""
    return replace(book.recharged, amount=max(0, book.recharged.amount - book.slot.amount))


def charges_within_the_hour(book: Book, *, now: datetime) -> tuple[datetime, ...]:
    """When cards were charged in the hour before *now*, in order."""
    return tuple(at for at in book.recharged.recent if at > now - BURST_WINDOW)
