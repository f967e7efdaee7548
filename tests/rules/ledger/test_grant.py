"""R1, R2, R12: money becomes one lot for a year, which settles overdraft in the same commit."""

from datetime import UTC, datetime

import pytest

from shared.ledger.apply import apply
from shared.ledger.book import Funding, LotSource
from shared.ledger.change import MovementKind
from shared.ledger.grant import PRIORITY_DEFAULT, grant
from shared.ledger.settle import settle_overdraft
from tests.rules.books import DAY, INSTANT, NOON, book, entries, funds, left, lot, settled


def granted(before, money, *, now=NOON):
    [made] = grant(before, money, now=now).opened
    return made


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("charged", "expires"),
    [
        ("2026-03-01T12:00:00.000001", "2027-03-01T12:00:00.000001"),
        ("2028-02-28T12:00:00", "2029-02-28T12:00:00"),
        ("2028-02-29T12:00:00", "2029-02-28T12:00:00"),
        ("2027-02-28T12:00:00", "2028-02-28T12:00:00"),  # not the 29th
    ],
)
def test_a_lot_expires_at_the_same_time_of_day_a_year_after_the_charge(charged, expires):
    bought = granted(book(), funds(100, charged_at=at(charged)), now=at("2029-06-01T00:00:00"))
    assert (bought.purchased_at, bought.expires_at) == (at(charged), at(expires))


def test_the_year_starts_with_the_charge_not_with_its_webhook():
    late = granted(book(), funds(100, charged_at=NOON), now=NOON + 2 * DAY)
    assert late.expires_at == NOON + 365 * DAY


def test_a_charge_in_the_future_counts_as_now():
    assert granted(book(), funds(100, charged_at=NOON + INSTANT)).purchased_at == NOON


@pytest.mark.parametrize(
    ("source", "funding", "giver", "kind"),
    [
        (LotSource.PURCHASE, Funding.PAID, "card", MovementKind.PURCHASE),
        (LotSource.RECHARGE, Funding.PAID, "card", MovementKind.RECHARGE),
        (LotSource.GRANT, Funding.PAID, "transfer", MovementKind.GRANT),
        (LotSource.GRANT, Funding.PROMOTIONAL, "promotion", MovementKind.GRANT),
    ],
)
def test_a_lot_contains_the_source_of_its_money(source, funding, giver, kind):
    change = grant(book(), funds(100, "word", source=source, funding=funding), now=NOON)
    [made] = change.opened
    assert entries(change) == [(giver, made.id, 100)]
    assert change.movements[0].kind is kind
    assert (made.source, made.funding) == (source, funding)
    outside = source is LotSource.GRANT
    assert (made.payment, made.reference) == (("", "word") if outside else ("word", ""))


def test_the_lot_has_the_whole_amount():
    before = book()
    change = grant(before, funds(100), now=NOON)
    after = apply(before, change)
    [made] = after.lots.values()
    assert (made.original, made.remaining, made.pinned, made.priority) == (100, 100, 0, PRIORITY_DEFAULT)
    assert change.result == {"lot": made.id}


def test_an_operator_may_choose_priority_and_expiry():
    made = granted(book(), funds(100, source=LotSource.GRANT, priority=10, expires_at=NOON + DAY))
    assert (made.priority, made.expires_at) == (10, NOON + DAY)


def test_lots_have_distinct_names_that_sort_by_time():
    first = granted(book(), funds(100, "one"))
    second = granted(book(), funds(100, "two"))
    later = granted(book(), funds(100, "one"), now=NOON + INSTANT)
    assert len({first.id, second.id, later.id}) == 3
    assert max(first.id, second.id) < later.id


@pytest.mark.parametrize(
    ("owed", "paid", "rest", "still_owed"),
    [
        (0, [], 100, 0),
        (1, [1], 99, 0),
        (99, [99], 1, 0),
        (100, [100], None, 0),  # the lot opens and closes in one commit
        (101, [100], None, 1),
    ],
)
def test_the_new_lot_settles_overdraft(owed, paid, rest, still_owed):
    before = book(overdraft=owed)
    granting = grant(before, funds(100), now=NOON)
    lot_id = granting.opened[0].id
    with_credit = apply(before, granting)
    assert [(entry.amount, entry.target) for entry in settle_overdraft(with_credit, now=NOON, touched=())] == [
        (each, "overdraft") for each in paid
    ]
    after = settled(before, granting)
    assert (after.lots[lot_id].remaining if rest else None) == rest
    assert after.overdraft == still_owed
    assert {**after.lots, **after.closed}[lot_id].original == 100  # it records the full amount


@pytest.mark.parametrize(
    ("lots", "owed", "after", "still_owed"),
    [
        ([lot("A", 10), lot("B", 20, expires=NOON + DAY)], 25, {"A": 5}, 0),  # in the order of consumption
        ([lot("A", 10, expires=NOON)], 5, {"A": 10}, 5),  # expired money settles nothing
        ([lot("A", 10, expires=NOON + INSTANT)], 5, {"A": 5}, 0),
        ([lot("A", 10, pinned=8)], 5, {"A": 8}, 3),  # held credit does not either
    ],
)
def test_overdraft_is_settled_only_from_free_unexpired_credit(lots, owed, after, still_owed):
    before = book(*lots, overdraft=owed)
    paid = settle_overdraft(before, now=NOON, touched=())
    assert owed - sum(entry.amount for entry in paid) == still_owed
    rest = left(before)
    for entry in paid:
        rest[entry.source.removeprefix("lot:")] -= entry.amount
    assert {name: amount for name, amount in rest.items() if amount} == after
