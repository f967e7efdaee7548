from datetime import UTC, datetime
from decimal import Decimal

import pytest

from local.commands.sample_card import SAMPLE
from local.demo import run
from local.demo.expected_books import Books, Claims, money
from local.demo.independent_rating import Price, PublishedCard
from local.demo.plan import AMOUNT, TRIGGER, cost, make_plan

CARD = PublishedCard(SAMPLE)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("number", [100, 137, 1000, 2500])
def test_every_chapter_begins_and_ends_at_its_planned_balance(number, seed):
    plan = make_plan(number, seed, CARD, MIDNIGHT)
    balance = AMOUNT
    for portion in plan.first:
        balance -= cost(portion)
        assert balance > 0
        balance += AMOUNT if balance <= TRIGGER else 0
    balance -= plan.altered.price.amount - plan.original.price.amount
    assert balance > TRIGGER
    balance -= cost(plan.declined)
    assert 0 < balance <= TRIGGER
    balance += AMOUNT - cost(plan.expired)
    assert 0 < balance <= TRIGGER
    balance -= cost(plan.to_zero)
    assert balance < 0
    balance += AMOUNT - cost(plan.after)
    assert balance > plan.original.price.amount  # of the call that is reported late
    assert len(plan.calls) == len({call.id for call in plan.calls}) == number


def test_the_same_seed_gives_the_same_plan():
    assert make_plan(200, 4, CARD, MIDNIGHT) == make_plan(200, 4, CARD, MIDNIGHT)
    assert make_plan(200, 4, CARD, MIDNIGHT) != make_plan(200, 5, CARD, MIDNIGHT)


@pytest.mark.parametrize(
    ("number", "seconds", "price"),
    [
        ("+442079460123", 0, Price(Decimal(0), 0, "4420")),
        ("+442079460123", 1, Price(Decimal("0.012"), 60, "4420")),
        ("+442079460123", 60, Price(Decimal("0.012"), 60, "4420")),
        ("+441999460123", 61, Price(Decimal("0.028"), 120, "44")),
        ("+14255550101", 3600, Price(Decimal("0.84"), 3600, "1")),
    ],
)
def test_the_independent_rating_charges_started_minutes_by_the_longest_prefix(number, seconds, price):
    assert CARD.price(number, seconds) == price


def test_the_expected_books_spend_the_oldest_lot_first_and_settle_overdraft_from_the_next():
    books = Books()
    books.fund("purchase", Decimal(50))
    books.fund("recharge", Decimal(50))
    books.spend(Decimal(60))
    assert [lot.remaining for lot in books.lots] == [0, 40]
    books.spend(Decimal(42))
    assert [books.balance, books.overdraft] == [0, 2]
    books.fund("purchase", Decimal(50))
    assert [books.balance, books.overdraft] == [48, 0]
    assert books.lapse() == 48


def test_a_failed_check_is_reported_with_both_values():
    claims = Claims()
    claims.add("calls", 3, 3)
    claims.add("balance", money(Decimal("1.5")), money(Decimal(-1) / 8))
    assert claims.verdict() == "1 of 2 claims do not hold:\n  balance: 1.50 was expected, -0.125 was found"


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("99", "the demo needs at least 100 calls"),
        ("x", "'x' is not a number of calls"),
        ("-5", "not a number of calls"),
    ],
)
def test_too_few_calls_are_rejected(capsys, number, message):
    with pytest.raises(SystemExit):
        run([f"--calls={number}"])
    assert message in capsys.readouterr().err
