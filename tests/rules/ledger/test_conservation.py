"""Conservation: any sequence of events neither creates nor loses a micro-unit."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ledger.apply import apply
from shared.ledger.balance import balance, can_spend, remaining, spendable
from shared.ledger.book import Funding, LotSource
from shared.ledger.change import Change, Movement, MovementKind, lot_at, lot_place
from shared.ledger.debit import debit
from shared.ledger.expire import lapse
from shared.ledger.grant import grant
from shared.ledger.reverse import correct
from shared.ledger.settle import settle_overdraft
from tests.rules.books import DAY, GRACE, INSTANT, NOON, book, charge, funds

OUTSIDE_IN = ("card", "transfer", "promotion")

amounts = st.integers(1, 120)
steps = st.one_of(
    st.tuples(st.just("grant"), amounts, st.sampled_from(list(Funding)), st.integers(0, 2), st.integers(1, 12)),
    st.tuples(st.just("debit"), st.integers(0, 120), st.integers(-1, 5)),
    st.tuples(st.just("correct"), st.integers(0, 20), st.integers(0, 120)),
    st.tuples(st.just("wait"), st.integers(0, 6), st.booleans()),
)


class Account:
    """A book that is changed by the rules, and an independent sum of all their entries."""

    def __init__(self):
        self.book, self.now = book(), NOON
        self.flows: Counter[tuple[str, str]] = Counter()
        self.charges = []
        self.booked = []

    def grant(self, amount, funding, priority, days):
        money = replace(
            funds(amount, f"reference {len(self.flows)} {self.now}", source=LotSource.GRANT, funding=funding),
            priority=priority,
            expires_at=self.now + days * DAY,
        )
        self.take(grant(self.book, money, now=self.now))

    def debit(self, amount, days_ago):
        call = charge(amount, self.now - days_ago * DAY, f"call {len(self.charges)}")
        self.charges.append(call)
        self.booked.append(self.take(debit(self.book, call)))

    def correct(self, which, amount):
        if not self.charges:
            return
        which %= len(self.charges)
        self.charges[which] = replace(self.charges[which], amount=amount)
        change = correct(self.book, self.booked[which], self.charges[which], GRACE, now=self.now)
        self.booked[which] = self.take(change)

    def wait(self, days, night):
        self.now += days * DAY
        if night:
            self.take(lapse(self.book, GRACE, now=self.now))

    def take(self, change):
        """Apply a change and settle overdraft, as every commit does; return the entries of the event."""
        self.now += INSTANT
        owed = settle_overdraft(apply(self.book, change), now=self.now, touched=())
        paying = (Movement(MovementKind.DEBIT, owed),) if owed else ()
        whole = change.then(Change(movements=paying))
        self.book = apply(self.book, whole)
        for movement in whole.movements:
            for entry in movement.entries:
                self.flows[entry.source, entry.target] += entry.amount
        return change.movements[0].entries if change.movements else ()

    def into(self, place):
        return sum(amount for (_, target), amount in self.flows.items() if target == place)

    def out_of(self, place):
        return sum(amount for (source, _), amount in self.flows.items() if source == place)

    def net(self, place):
        return self.into(place) - self.out_of(place)

    @property
    def lots(self):
        return {**self.book.closed, **self.book.lots}


def states_after(steps):
    account = Account()
    for verb, *what in steps:
        getattr(account, verb)(*what)
        yield account


@settings(max_examples=75, deadline=None)
@given(st.lists(steps, max_size=25))
def test_the_original_of_every_lot_is_remaining_plus_consumed_plus_expired(steps):
    for account in states_after(steps):
        for lot in account.lots.values():
            place = lot_place(lot.id)
            expired = account.flows[place, "breakage"]
            given = sum(account.flows[giver, place] for giver in OUTSIDE_IN)
            returned = account.flows["usage", place] - (lot.original if lot.source is LotSource.CORRECTION else 0)
            consumed = account.flows[place, "usage"] + account.flows[place, "overdraft"] - returned
            assert given == (0 if lot.source is LotSource.CORRECTION else lot.original)
            assert lot.original == lot.remaining + consumed + expired
            assert min(lot.remaining, consumed, expired) >= 0
            assert (lot.consumed, lot.expired) == (consumed, expired)
            assert (lot.remaining > 0) == (lot.id in account.book.lots)


@settings(max_examples=75, deadline=None)
@given(st.lists(steps, max_size=25))
def test_granted_money_is_remaining_plus_debits_plus_forfeits_minus_overdraft(steps):
    for account in states_after(steps):
        came = sum(account.out_of(giver) for giver in OUTSIDE_IN)
        calls, forfeits, owed = account.net("usage"), account.net("breakage"), -account.net("overdraft")
        assert came == remaining(account.book) + calls + forfeits - owed
        assert owed == account.book.overdraft
        assert calls == sum(call.amount for call in account.charges)  # every call in full, as last reported


@settings(max_examples=75, deadline=None)
@given(st.lists(steps, max_size=25), st.integers(0, 400))
def test_the_balance_is_the_sum_of_the_entries_of_unexpired_lots(steps, hours):
    for account in states_after(steps):
        at = account.now + timedelta(hours=hours)
        unexpired = [name for name, lot in account.lots.items() if at < lot.expires_at]
        assert balance(account.book, at) == sum(account.net(lot_place(name)) for name in unexpired)
        assert spendable(account.book, account.now) == 0 or account.book.overdraft == 0
        assert can_spend(account.book, account.now) == (spendable(account.book, account.now) > 0)


@settings(max_examples=75, deadline=None)
@given(st.lists(steps, max_size=25))
def test_no_lot_pays_for_a_call_that_began_after_its_expiry(steps):
    for account in states_after(steps):
        for call, booked in zip(account.charges, account.booked, strict=True):
            payers = [lot_at(entry.source) for entry in booked if entry.target == "usage"]
            lots = [account.lots[payer] for payer in payers if payer]
            assert all(call.started_at < lot.expires_at for lot in lots)
