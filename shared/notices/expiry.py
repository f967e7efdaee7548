"""Telling of credit that is about to expire (R19): 90, 30, 7 and 1 days before, with what will really be lost."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from shared.kernel.ids import LotId
from shared.kernel.money import Money
from shared.ledger.balance import balance
from shared.ledger.book import Book, Lot
from shared.ledger.change import NOTHING, Change
from shared.ledger.entitlements import BillingState
from shared.ledger.order import consumption_key
from shared.notices.account_kinds import ExpiryAhead
from shared.notices.notify import notice_message

WARNINGS = (90, 30, 7, 1)
"""Days before an expiry, the earliest warning first."""

TOGETHER = timedelta(days=1)
"""Lots that expire within this time after another are told of with it."""

DAY = timedelta(days=1)


def next_expiry_warning(book: Book, *, now: datetime) -> datetime | None:
    """When the next coming expiry must be looked at; *now* or earlier if one is due."""
    waits = [wait for lot in book.lots.values() if (wait := _next_of(book, lot, now=now)) is not None]
    return min(waits, default=None)


def warning(book: Book, *, per_day: int, now: datetime) -> Change:
    """Tell of the credit that will be lost in the lots whose warning is due, if calls continue to use *per_day*
    micro-units. If nothing will be lost, nothing is told, but the warning is not due again.
    """
    due = sorted(
        (lot for lot in book.lots.values() if (wait := _next_of(book, lot, now=now)) is not None and wait <= now),
        key=lambda lot: lot.expires_at,
    )
    if not due:
        return NOTHING
    first = due[0].expires_at
    group = [lot for lot in book.lots.values() if first <= lot.expires_at <= first + TOGETHER]
    days = min(each for each in WARNINGS if first - each * DAY <= now)
    before: dict[str, int] = {lot: told for lot, told in book.told.expiry if lot in book.lots}
    now_told: dict[str, int] = {lot.id: min(days, before.get(lot.id, days)) for lot in group}
    change = Change(told=replace(book.told, expiry=tuple({**before, **now_told}.items())))
    lost = losses(book, per_day, now=now)
    amount = sum(lost.get(lot.id, 0) for lot in group)
    if not amount or book.entitlements.billing is BillingState.ACCRUING:
        return change
    expires_at = min(lot.expires_at for lot in group if lost.get(lot.id))
    currency = book.terms.currency
    left, rate = Money(balance(book, now), currency), Money(per_day, currency)
    notice = ExpiryAhead(now, Money(amount, currency), expires_at, days, left, rate)
    return change.then(Change(outbox=(notice_message(book, notice),)))


def losses(book: Book, per_day: int, *, now: datetime) -> Mapping[LotId, int]:
    """What will be left in each lot at its expiry, in micro-units, if calls use *per_day* from the lots in the order of
    consumption (R11). Lots with a scope are taken to pay for calls as any other: nobody knows of which kind calls will
    be.
    """
    left = {lot.id: lot.remaining - lot.refunding for lot in _usable(book, now)}
    ordered = sorted(_usable(book, now), key=consumption_key)
    lost: dict[LotId, int] = {}
    at = now
    for expiring in sorted(ordered, key=lambda lot: lot.expires_at):
        budget = per_day * ((expiring.expires_at - at) // timedelta(seconds=1)) // (DAY // timedelta(seconds=1))
        for lot in (each for each in ordered if each.id not in lost):
            taken = min(left[lot.id], budget)
            left[lot.id] -= taken
            budget -= taken
        lost[expiring.id] = left[expiring.id]
        at = expiring.expires_at
    return lost


def _usable(book: Book, now: datetime) -> list[Lot]:
    return [lot for lot in book.lots.values() if lot.usable_at(now) and not lot.is_disputed]


def _next_of(book: Book, lot: Lot, *, now: datetime) -> datetime | None:
    """When the next warning of *lot* is due; None when there is none. What was due before it was bought is not."""
    if not lot.usable_at(now) or lot.is_disputed or lot.remaining <= lot.refunding:
        return None
    told = dict(book.told.expiry).get(lot.id, max(WARNINGS) + 1)
    dates = (lot.expires_at - days * DAY for days in WARNINGS if days < told)
    return next((date for date in dates if date > lot.purchased_at), None)
