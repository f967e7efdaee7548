"""The monthly statement (R20): its columns add up for each lot and in all, wherever months end."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel.ids import LotId
from shared.ledger.change import Change, Entry, Movement, MovementKind, lot_place
from shared.ledger.statement import ALL, Balances, StatementBrokenError, columns_of, statement, summed
from tests.rules.ledger import test_conservation as conservation

LOT, OTHER = LotId("A"), LotId("B")
A = lot_place(LOT)


class Recorded(conservation.Account):
    """An account with every movement that was booked, and what its lots held before and after each commit."""

    def __init__(self):
        super().__init__()
        self.commits: list[tuple[Balances, list[Movement]]] = []

    def take(self, change):
        before, flows = self.balances(), dict(self.flows)
        entries = super().take(change)
        movements = list(change.movements)
        settled = [
            Entry(source, target, amount - flows.get((source, target), 0) - _moved(change, source, target))
            for (source, target), amount in self.flows.items()
            if amount - flows.get((source, target), 0) - _moved(change, source, target)
        ]
        self.commits.append(
            (before, [*movements, *([Movement(MovementKind.DEBIT, tuple(settled))] if settled else [])])
        )
        return entries

    def balances(self):
        return Balances({name: lot.remaining for name, lot in self.book.lots.items()}, self.book.overdraft)


def _moved(change: Change, source: str, target: str) -> int:
    entries = (entry for movement in change.movements for entry in movement.entries)
    return sum(entry.amount for entry in entries if (entry.source, entry.target) == (source, target))


def totals(movements: Iterable[Movement]):
    """The sum of the columns of *movements*, by lot."""
    found: dict[LotId, list[dict[str, int]]] = {}
    for movement in movements:
        for lot, columns in columns_of(movement).items():
            found.setdefault(lot, []).append(columns)
    return {lot: summed(parts) for lot, parts in found.items()}


@settings(max_examples=75, deadline=None)
@given(st.lists(conservation.steps, max_size=25), st.integers(0, 25), st.integers(0, 25))
def test_every_line_of_any_month_adds_up_and_no_column_but_the_last_is_negative(steps, one, other):
    account = Recorded()
    for verb, *what in steps:
        getattr(account, verb)(*what)
    first, end = sorted(min(place, len(account.commits)) for place in (one, other))
    snapshots = [*(before for before, _ in account.commits), account.balances()]
    month = totals(movement for _, movements in account.commits[first:end] for movement in movements)
    made = statement(snapshots[first], snapshots[end], month)
    assert made.total.closing == sum(line.closing for line in made.lots.values()) - made.overdraft
    assert made.total.received == sum(line.received for line in made.lots.values())
    assert made.total.columns["expired"] == sum(line.columns["expired"] for line in made.lots.values())
    for line in (made.total, *made.lots.values()):
        assert min(amount for column, amount in line.columns.items() if column != "corrected") >= 0


KIND = MovementKind
EXAMPLES = [
    # kind, entries, columns of lot A, columns in all
    (KIND.PURCHASE, [("card", A, 9)], {"purchased": 9}, {"purchased": 9}),
    (KIND.RECHARGE, [("card", A, 9), (A, "overdraft", 2)], {"recharged": 9, "used": 2}, {"recharged": 9}),
    (KIND.GRANT, [("promotion", A, 9)], {"granted": 9}, {"granted": 9}),
    (KIND.DEBIT, [(A, "usage", 4), ("overdraft", "usage", 3)], {"used": 4}, {"used": 7}),
    (KIND.DEBIT, [(A, "usage", 4), ("accrual", "usage", 3)], {"used": 4}, {"used": 4}),
    (KIND.DEBIT, [(A, "overdraft", 4)], {"used": 4}, {}),
    (KIND.EXPIRY, [(A, "breakage", 4)], {"expired": 4}, {"expired": 4}),
    (KIND.REFUND, [(A, "card", 4)], {"refunded": 4}, {"refunded": 4}),
    (
        KIND.CHARGEBACK,  # five are free, three were used, one has lapsed, one is beside the lot
        [
            (A, "dispute", 5),
            ("overdraft", A, 3),
            (A, "dispute", 3),
            ("breakage", A, 1),
            (A, "dispute", 1),
            ("overdraft", "dispute", 1),
        ],
        {"clawedBack": 5},
        {"clawedBack": 9},
    ),
    (KIND.CHARGEBACK, [(A, "dispute", 2), ("dispute", "overdraft", 2)], {"clawedBack": 2}, {}),
    (
        KIND.CORRECTION,  # a dispute is won: two settle the overdraft beside the lot, seven return, of which three pay
        [("dispute", "overdraft", 2), ("dispute", A, 7), (A, "overdraft", 3)],
        {"corrected": 7, "used": 3},
        {"corrected": 9},
    ),
    (KIND.CORRECTION, [("usage", A, 4), (A, "usage", 1)], {"corrected": 3}, {"corrected": 3}),
    (KIND.CORRECTION, [("usage", "overdraft", 4)], {}, {"corrected": 4}),
    (KIND.ACCRUAL, [("accrual", "usage", 4)], {}, {}),
    (KIND.ACCRUAL, [("accrual", "overdraft", 4)], {}, {"corrected": 4}),
]


@pytest.mark.parametrize(("kind", "entries", "of_lot", "in_all"), EXAMPLES)
def test_each_entry_counts_in_its_column(kind, entries, of_lot, in_all):
    found = columns_of(Movement(kind, tuple(Entry(*entry) for entry in entries)))
    assert {column: amount for column, amount in found.get(LOT, {}).items() if amount} == of_lot
    assert {column: amount for column, amount in found.get(ALL, {}).items() if amount} == in_all


@pytest.mark.parametrize("closing", [Balances({LOT: 4}), Balances({LOT: 5}, 1), Balances({LOT: 5, OTHER: 1})])
def test_a_statement_that_does_not_add_up_is_never_given(closing):
    columns = {LOT: {"granted": 5}, ALL: {"granted": 5}}
    assert statement(Balances(), Balances({LOT: 5}), columns).total.closing == 5
    with pytest.raises(StatementBrokenError):
        statement(Balances(), closing, columns)
