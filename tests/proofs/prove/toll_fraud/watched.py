"""One simulated account under the real rules of the brake: calls are booked when they end, and refused when stopped."""

import heapq
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from shared.brake.watch import release, watch, with_settings
from shared.kernel.ids import AccountId, LotId
from shared.ledger.apply import apply
from shared.ledger.book import Book, Funding, Lot, LotSource, Position, Terms
from shared.ledger.brake import BrakeSettings
from shared.ledger.change import NOTHING, OVERDRAFT, USAGE, Change, Entry, EventName, Movement, MovementKind
from shared.ledger.hold import HeldRate, Hold, HoldEnd
from shared.ledger.settings import AutoRecharge, Settings
from tests.proofs.prove.toll_fraud.tenants import MICROS, SimulatedCall, SimulatedTenant, day_of

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
FIFTY = 50 * MICROS


class Watched:
    """The account of a tenant who recharges with fifty dollars. *brakes*: when it braked; *cost*: micro-units."""

    def __init__(self, customer: SimulatedTenant, settings: BrakeSettings) -> None:
        self.book = _new_book(customer)
        self.book = apply(self.book, with_settings(self.book, settings, now=BEGAN))
        self.brakes: list[datetime] = []
        self.cost = 0

    def make(self, calls: Iterable[SimulatedCall], *, is_released: bool, has_holds: bool = False) -> None:
        """Make *calls*: each is refused when its user or destination is stopped as it begins, and booked when it ends.
        *is_released*: an administrator releases the brake as soon as it has braked, because the calls are in order.
        *has_holds*: the telephony asks before each call, and its first minutes are held.
        """
        order = count()
        waiting = [(call.at, next(order), call, False) for call in calls]
        heapq.heapify(waiting)
        while waiting:
            at, _, call, has_ended = heapq.heappop(waiting)
            if has_ended:
                self.cost += call.cost
                self._book(_debit(call, self.book), at, is_released=is_released)
            elif not self.book.brake.stops(call.user, call.destination.prefix):
                heapq.heappush(waiting, (call.ends, next(order), call, True))
                if has_holds:
                    self._book(Change(holds=(_hold(call),)), at, is_released=is_released)

    def _book(self, change: Change, now: datetime, *, is_released: bool) -> None:
        booked = apply(self.book, change)
        watched = watch(self.book, booked, change, now=now)
        after = booked if watched is NOTHING else apply(booked, watched)
        if after.brake.has_braked and not self.book.brake.has_braked:
            self.brakes.append(now)
            after = apply(after, release(after, now=now)) if is_released else after
        self.book = after


def live(account: Watched, customer: SimulatedTenant, days: range, rng: Random) -> None:
    """The usual calls of *days*; a false alarm is released at once."""
    for day in days:
        account.make(day_of(customer, BEGAN + timedelta(days=day), rng), is_released=True)


def _new_book(customer: SimulatedTenant) -> Book:
    terms = Terms(
        AccountId("5f0c1f9e-0000-4000-8000-000000000001"),
        "USD",
        customer.country,
        customer.time_zone,
        "default",
        BEGAN,
        BEGAN,
        "epoch",
    )
    lot = Lot(
        LotId("A"), LotSource.PURCHASE, Funding.PAID, FIFTY, FIFTY, 0, BEGAN, BEGAN + timedelta(days=365), 100, "", ""
    )
    settings = Settings(AutoRecharge(enabled=True, trigger=FIFTY // 5, amount=FIFTY, largest_charge=5 * FIFTY))
    return replace(Book(terms, Position(0, "", BEGAN, None)), lots={lot.id: lot}, settings=settings)


HELD_SECONDS = 300
"""For how long a telephony system asks by default (CONTRACT 2.2)."""


def _hold(call: SimulatedCall) -> Hold:
    rate = HeldRate(call.destination.per_minute, 0, 60, 60)
    amount, until = call.destination.per_minute * HELD_SECONDS // 60, call.at + timedelta(seconds=HELD_SECONDS)
    kind = "premium" if call.destination.is_premium else "international"
    return Hold(
        _leg(call), "", kind, call.user, call.at, until, HELD_SECONDS, amount, rate, prefix=call.destination.prefix
    )


def _leg(call: SimulatedCall) -> str:
    return f"{call.at} {call.user} {call.destination.prefix} {call.seconds}"


def _debit(call: SimulatedCall, book: Book) -> Change:
    billed = max(1, -(-call.seconds // 60)) * 60
    kind = "premium" if call.destination.is_premium else "international"
    facts = {"prefix": call.destination.prefix, "billedSeconds": billed, "callKind": kind}
    entry = Entry(OVERDRAFT, USAGE, call.cost)
    event = EventName("simulated", "call")
    movement = Movement(MovementKind.DEBIT, (entry,), event, call.at, call.user, "00", facts)
    return Change(movements=(movement,), ended=((_leg(call), HoldEnd.SETTLED),) if _leg(call) in book.holds else ())
