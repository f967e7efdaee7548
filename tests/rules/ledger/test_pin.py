"""R14: a hold sets money aside and ends once; what it gives back is free again, or lapses with its lot."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel.ids import LotId
from shared.ledger.apply import apply
from shared.ledger.balance import held, remaining
from shared.ledger.book import OPEN_LOTS_MAX
from shared.ledger.change import Change, LedgerBrokenError, PoolUse
from shared.ledger.debit import debit
from shared.ledger.expire import lapse
from shared.ledger.hold import HeldRate, Hold, HoldEnd
from shared.ledger.pin import end_unused, lots_in, pin, rows_of, settle, time_out
from tests.rules.books import DAY, GRACE, HOUR, INSTANT, NOON, book, charge, entries, left, lot, settled

RATE = HeldRate(60, 0, 0, 1)
ALL = 1_000


def hold(amount, *pins, name="H", kind="domestic", until=NOON, pool="", pool_seconds=0):
    pinned = tuple((LotId(at), part) for at, part in pins)
    return Hold(name, name, kind, "ann", NOON, until, 60, amount, RATE, pinned, pool, "ann", pool_seconds)


def pins_of(change):
    [opened] = change.holds
    return list(opened.pins)


def scoped(name, amount, *kinds, **facts):
    return replace(lot(name, amount, **facts), scope=kinds)


@pytest.mark.parametrize(
    ("lots", "amount", "pins"),
    [
        ([lot("A", 100)], 1, [("A", 1)]),
        ([lot("A", 100)], 100, [("A", 100)]),
        ([lot("A", 100)], 101, [("A", 100)]),  # the rest stays without a pin
        ([lot("A", 100)], 0, []),  # a pool pays for everything
        ([], 5, []),
        ([lot("A", 10), lot("B", 20)], 15, [("A", 10), ("B", 5)]),
        ([lot("A", 100, pinned=60)], 50, [("A", 40)]),
        ([lot("A", 100, pinned=100), lot("B", 9)], 9, [("B", 9)]),
        ([lot("A", 100, expires=NOON)], 5, []),  # expired exactly now
        ([lot("A", 100, expires=NOON + INSTANT)], 5, [("A", 5)]),
        ([scoped("A", 10, "international"), lot("B", 10)], 15, [("B", 10)]),
        ([lot("B", 10), scoped("A", 10, "domestic", "premium")], 15, [("A", 10), ("B", 5)]),
        ([lot("A", 10, priority=51), lot("B", 10)], 15, [("B", 10), ("A", 5)]),
    ],
)
def test_a_hold_pins_unexpired_lots_of_its_kind_in_the_order_of_consumption(lots, amount, pins):
    change = pin(book(*lots), hold(amount), now=NOON)
    assert pins_of(change) == pins
    assert held(apply(book(*lots), change)) == sum(each.pinned for each in lots) + sum(part for _, part in pins)


def test_an_extension_adds_to_the_pins_and_keeps_those_in_lots_that_have_expired():
    first = hold(30, ("A", 30))
    lots = [lot("A", 30, pinned=30, expires=NOON), lot("B", 50)]
    before = book(*lots, holds={"H": first})
    change = pin(before, replace(first, amount=40), now=NOON)
    assert pins_of(change) == [("A", 30), ("B", 10)]
    assert {each.id: each.pinned for each in apply(before, change).lots.values()} == {"A": 30, "B": 10}


def test_a_hold_pins_at_most_as_many_lots_as_a_commit_can_close():
    many = [lot(f"L{number:02}", 1) for number in range(OPEN_LOTS_MAX + 1)]
    assert len(pins_of(pin(book(*many), hold(ALL), now=NOON))) == OPEN_LOTS_MAX


def settled_hold(lots, of, call, *, now=NOON):
    before = book(*lots, holds={of.key: of})
    change = settle(before, of, call, GRACE, now=now)
    return change, apply(before, change)


@pytest.mark.parametrize(
    ("amount", "taken", "after", "overdraft"),
    [
        (0, [], {"A": 50, "B": 50}, 0),
        (19, [("B", "usage", 19)], {"A": 50, "B": 31}, 0),
        (20, [("B", "usage", 20)], {"A": 50, "B": 30}, 0),  # exactly what was pinned
        (21, [("B", "usage", 20), ("A", "usage", 1)], {"A": 49, "B": 30}, 0),  # longer than the hold: by R11
        (70, [("B", "usage", 20), ("A", "usage", 50)], {"B": 30}, 0),
        (100, [("B", "usage", 50), ("A", "usage", 50)], {}, 0),
        (103, [("B", "usage", 50), ("A", "usage", 50), ("overdraft", "usage", 3)], {}, 3),
    ],
)
def test_pins_pay_first_and_the_rest_is_paid_like_any_other_call(amount, taken, after, overdraft):
    change, booked = settled_hold([lot("A", 50), lot("B", 50, pinned=20)], hold(20, ("B", 20)), charge(amount))
    assert entries(change) == taken
    assert (left(booked), booked.overdraft, held(booked)) == (after, overdraft, 0)
    assert change.ended == (("H", HoldEnd.SETTLED),)
    assert booked.holds == {}


def test_what_other_holds_have_pinned_is_not_spent():
    change, booked = settled_hold([lot("A", 50, pinned=50)], hold(20, ("A", 20)), charge(30))
    assert entries(change) == [("A", "usage", 20), ("overdraft", "usage", 10)]
    assert (left(booked), held(booked)) == ({"A": 30}, 30)


@pytest.mark.parametrize(
    ("ago", "taken", "after"),
    [
        (GRACE - INSTANT, [("A", "usage", 5)], {"A": 45}),  # expired: the rest waits for late usage
        (GRACE, [("A", "usage", 5), ("A", "breakage", 15)], {"A": 30}),  # lapsed: what was pinned lapses at once
    ],
)
def test_pins_survive_the_expiry_of_their_lot_and_their_rest_lapses_with_it(ago, taken, after):
    lots = [lot("A", 50, pinned=20, expires=NOON - ago)]
    change, booked = settled_hold(lots, hold(20, ("A", 20)), charge(5))
    assert (entries(change), left(booked)) == (taken, after)


def test_a_pinned_lot_pays_for_no_call_of_a_kind_outside_its_scope():
    lots = [scoped("A", 50, "international", pinned=20), lot("B", 50)]
    call = replace(charge(5), call_kind="domestic")
    change, booked = settled_hold(lots, hold(20, ("A", 20), kind="international"), call)
    assert (entries(change), held(booked)) == ([("B", "usage", 5)], 0)


def test_a_settled_hold_gives_its_seconds_back_and_the_call_takes_its_own():
    of = hold(0, pool="P", pool_seconds=60)
    before = apply(book(), Change(holds=(of,)))
    assert before.pools["P"].pinned == 60
    call = replace(charge(0), pools=(PoolUse("P", 25, "ann"),))
    after = apply(before, settle(before, of, call, GRACE, now=NOON))
    assert (after.pools["P"].used, after.pools["P"].pinned, after.pools["P"].user) == (25, 0, "ann")


@pytest.mark.parametrize(
    ("ago", "forfeited"),
    [(GRACE - INSTANT, []), (GRACE, [("A", "breakage", 20)]), (GRACE + DAY, [("A", "breakage", 20)])],
)
def test_an_unused_hold_gives_everything_back_or_forfeits_it_with_its_lot(ago, forfeited):
    of = hold(20, ("A", 20))
    before = book(lot("A", 20, pinned=20, expires=NOON - ago), holds={"H": of})
    change = end_unused(before, of, HoldEnd.RELEASED, GRACE, now=NOON)
    assert entries(change) == forfeited
    assert held(apply(before, change)) == 0


def test_a_hold_ends_once():
    of = hold(20, ("A", 20))
    before = book(lot("A", 20, pinned=20), holds={"H": of})
    ended = end_unused(before, of, HoldEnd.RELEASED, GRACE, now=NOON)
    with pytest.raises(LedgerBrokenError, match="is not open"):
        apply(apply(before, ended), Change(ended=ended.ended))


@pytest.mark.parametrize(("until", "is_due"), [(NOON - INSTANT, True), (NOON, True), (NOON + INSTANT, False)])
def test_a_hold_times_out_exactly_at_its_end(until, is_due):
    of = hold(20, ("A", 20), until=until)
    before = book(lot("A", 20, pinned=20), holds={"H": of})
    change = time_out(before, GRACE, now=NOON, rows_max=10)
    assert change.ended == ((("H", HoldEnd.TIMED_OUT),) if is_due else ())


@pytest.mark.parametrize(("rows_max", "count"), [(0, 1), (3, 1), (4, 2), (5, 3), (99, 4)])
def test_holds_time_out_in_order_as_far_as_rows_are_left_and_at_least_one(rows_max, count):
    names = ["A", "B", "C", "D"]
    holds = {name: hold(1, ("L", 1), name=name, until=NOON - HOUR * (4 - place)) for place, name in enumerate(names)}
    before = book(lot("L", 9, pinned=4), holds=dict(reversed(holds.items())))
    change = time_out(before, GRACE, now=NOON, rows_max=rows_max)
    assert [key for key, _ in change.ended] == names[:count]


def test_a_hold_whose_pool_was_not_read_stays_due():
    unread = hold(0, pool="P", pool_seconds=60)
    after_it = hold(0, name="I")
    before = book(holds={"H": unread, "I": after_it})
    assert time_out(before, GRACE, now=NOON, rows_max=9).ended == (("I", HoldEnd.TIMED_OUT),)


def test_the_rows_of_ended_holds():
    some = [hold(3, ("A", 1), ("B", 2), pool="P", pool_seconds=1), hold(1, ("B", 1), pool="P", pool_seconds=1)]
    assert rows_of(some) == 2 + 1 + 2 * 2
    assert lots_in(some) == {"A", "B"}
    assert rows_of([hold(0, pool="P")]) == 1  # it has set nothing aside in its pool


steps = st.lists(
    st.one_of(
        st.tuples(st.just("open"), st.integers(0, 60), st.integers(0, 90)),
        st.tuples(st.just("extend"), st.integers(0, 9), st.integers(1, 60)),
        st.tuples(st.just("settle"), st.integers(0, 9), st.integers(0, 150)),
        st.tuples(st.just("release"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("debit"), st.integers(0, 40), st.integers(0, 3)),
        st.tuples(st.just("wait"), st.integers(0, 30), st.just(0)),
    ),
    max_size=30,
)


class Calls:
    """A book with three lots that expire one after another, changed as commits change it."""

    def __init__(self):
        self.now = NOON
        self.book = book(*(lot(name, 100, expires=NOON + days * DAY) for name, days in (("A", 1), ("B", 4), ("C", 90))))
        self.ends: list[str] = []
        self.number = 0

    def take(self, change):
        self.ends += [key for key, _ in change.ended]
        self.book = settled(self.book, change, now=self.now)

    def hold_at(self, which):
        keys = sorted(self.book.holds)
        return self.book.holds[keys[which % len(keys)]] if keys else None

    def open(self, amount, seconds):
        self.number += 1
        until = self.now + timedelta(hours=10)
        new = hold(amount, name=f"H{self.number:02}", until=until, pool="P" if seconds else "", pool_seconds=seconds)
        self.take(pin(self.book, new, now=self.now))

    def extend(self, which, more):
        of = self.hold_at(which)
        if of:
            self.take(pin(self.book, replace(of, amount=of.amount + more), now=self.now))

    def settle(self, which, amount):
        of = self.hold_at(which)
        if of:
            call = replace(charge(amount, self.now, of.key), pools=(PoolUse("P", 1, "ann"),))
            self.take(settle(self.book, of, call, GRACE, now=self.now))

    def release(self, which, _):
        of = self.hold_at(which)
        if of:
            self.take(end_unused(self.book, of, HoldEnd.RELEASED, GRACE, now=self.now))

    def debit(self, amount, days_ago):
        self.take(debit(self.book, charge(amount, self.now - days_ago * DAY)))

    def wait(self, hours, _):
        self.now += timedelta(hours=hours)
        timed_out = time_out(self.book, GRACE, now=self.now, rows_max=5)
        self.take(timed_out.then(lapse(apply(self.book, timed_out), GRACE, now=self.now)))


@settings(max_examples=100, deadline=None)
@given(steps)
def test_pins_add_up_nothing_is_lost_and_each_hold_ends_once(steps):
    calls = Calls()
    for verb, *what in steps:
        getattr(calls, verb)(*what)
        current = calls.book
        everything = {**current.lots, **current.closed}.values()
        assert held(current) == sum(each.pinned for each in current.holds.values())
        assert all(0 <= each.pinned <= each.remaining for each in everything)
        assert sum(each.consumed + each.expired for each in everything) + remaining(current) == 300
        pool = current.pools.get("P")
        assert (pool.pinned if pool else 0) == sum(each.pool_seconds for each in current.holds.values())
        assert len(set(calls.ends)) == len(calls.ends) == calls.number - len(current.holds)
        lapsed = [each for each in current.lots.values() if calls.now - GRACE >= each.expires_at]
        assert all(each.free == 0 for each in lapsed if verb == "wait")
