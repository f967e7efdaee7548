"""R25: each month in which something was booked is told once, in the first commit after it, with its own chain."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import AccountId
from shared.kernel.money import Money
from shared.ledger.apply import apply
from shared.ledger.book import Position
from shared.ledger.change import NOTHING, OVERDRAFT, USAGE, Change, Entry, Movement, MovementKind
from shared.ledger.settings import Settings
from shared.ledger.told import NOT_TOLD, Told
from shared.notices.account_kinds import MonthlyStatement
from shared.notices.message import notice_json
from shared.notices.notify import closing_settings
from shared.notices.statements import SPREAD, tell, told_from
from tests.rules.books import ACCOUNT, HOUR, INSTANT, NOON, TERMS, book, lot

APRIL, MAY = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
CALL = Change(movements=(Movement(MovementKind.DEBIT, (Entry(OVERDRAFT, USAGE, 5),)),))
ANN = {"address": "ann@example.com", "roles": ["billing"]}
MARCH_TOLD = told_from(ACCOUNT, NOON)


def march(**facts):
    """An account after page 7 in March, with the chain "c7"."""
    return replace(book(lot(remaining=100), **facts), position=Position(7, "c7", APRIL - HOUR, None))


def decided(before, change, now):
    """What is told by *change*, and the book after it."""
    after = apply(before, change)
    told = tell(before, after, change, now=now)
    assert after.terms.closed_at or not any(message.private for message in told.outbox)
    return [message.body["notice"] for message in told.outbox], apply(after, told)


@pytest.mark.parametrize(
    ("statement_at", "change", "now", "told", "then"),
    [
        (None, NOTHING, NOON, 0, None),
        (None, CALL, NOON, 0, MARCH_TOLD),
        (None, NOTHING, APRIL, 0, None),
        (MARCH_TOLD, CALL, APRIL - INSTANT, 0, MARCH_TOLD),
        (MARCH_TOLD, NOTHING, APRIL - INSTANT, 0, MARCH_TOLD),
        (MARCH_TOLD, NOTHING, APRIL, 1, None),
        (MARCH_TOLD, CALL, APRIL, 1, told_from(ACCOUNT, APRIL)),
        (MARCH_TOLD, NOTHING, MARCH_TOLD, 1, None),
        (MARCH_TOLD, CALL, APRIL + timedelta(days=300), 1, told_from(ACCOUNT, APRIL + timedelta(days=300))),
        (told_from(ACCOUNT, NOON + timedelta(days=365)), NOTHING, APRIL + timedelta(days=250), 0, ...),
    ],
)
def test_a_month_is_told_in_the_first_commit_after_it(statement_at, change, now, told, then):
    notices, after = decided(march(told=Told(low=3, statement_at=statement_at)), change, now)
    assert len(notices) == told
    assert after.told == Told(low=3, statement_at=statement_at if then is ... else then)


def test_the_notice_names_the_month_its_last_page_and_what_was_left_then():
    [notice], _ = decided(march(overdraft=30, told=Told(statement_at=MARCH_TOLD)), CALL, APRIL)
    assert notice == {
        "kind": "statement",
        "at": "2026-04-01T00:00:00Z",
        "month": "2026-03",
        "closing": {"amount": "0.000070", "currency": "USD"},
        "lastPage": 7,
        "chain": "c7",
        "isClosed": False,
    }


def test_several_decisions_of_one_commit_tell_it_once():
    first, after = decided(march(told=Told(statement_at=MARCH_TOLD)), CALL, APRIL)
    second, after = decided(after, CALL, APRIL)
    assert (len(first), second, after.told.statement_at) == (1, [], told_from(ACCOUNT, APRIL))


def test_the_commit_that_closes_the_account_tells_the_month_before_its_end_to_its_readers():
    before = march(told=Told(statement_at=MARCH_TOLD), settings=Settings(administrators=(ANN,), silent_roles=("user",)))
    closing = Change(terms=replace(TERMS, closed_at=NOON), settings=Settings(), told=NOT_TOLD)
    after = apply(before, closing)
    told = tell(before, after, closing, now=APRIL - HOUR)
    [message] = told.outbox
    assert message.body["notice"] == notice_json(
        MonthlyStatement(APRIL - HOUR, "2026-03", Money(100, "USD"), 7, "c7", is_closed=True)
    )
    assert str(ANN["address"]) not in str(message.body)
    readers = closing_settings(message.private)
    assert (readers.known_administrators, readers.silent_roles) == ((ANN,), ("user",))
    assert apply(after, told).told == NOT_TOLD


def test_a_month_without_a_page_before_the_one_that_closes_the_account_is_not_told():
    told, after = decided(march(told=Told(statement_at=MARCH_TOLD)), CALL, APRIL)
    closed = Change(terms=replace(TERMS, closed_at=APRIL), told=NOT_TOLD)
    again, after = decided(after, closed, APRIL)
    assert (len(told), again, after.told) == (1, [], NOT_TOLD)


@pytest.mark.parametrize("told", [NOT_TOLD, Told(statement_at=MARCH_TOLD)])
def test_a_closed_account_waits_for_nothing(told):
    closing = replace(CALL, terms=replace(TERMS, closed_at=NOON), told=NOT_TOLD)
    _, after = decided(march(told=told), closing, APRIL - HOUR)
    assert after.told == NOT_TOLD


def test_accounts_are_not_all_woken_at_once():
    accounts = [AccountId(f"5f0c1f9e-0000-4000-8000-{number:012d}") for number in range(100)]
    instants = {told_from(account, NOON) for account in accounts}
    assert len({instant.replace(second=0) for instant in instants}) > 70
    assert max(instants) > APRIL + SPREAD - HOUR


@given(st.uuids(), st.integers(0, 20 * 365 * 24))
def test_the_alarm_is_within_hours_of_the_end_of_the_month_and_always_the_same(account, hours):
    now = NOON + hours * HOUR
    at = told_from(AccountId(str(account)), now)
    start = at.replace(day=1, hour=0, minute=0, second=0)
    assert start <= at < start + SPREAD
    assert (start - INSTANT).month == now.month
    later = told_from(AccountId(str(account)), start)
    assert later - later.replace(day=1, hour=0, minute=0, second=0) == at - start


@given(st.lists(st.tuples(st.integers(0, 45 * 24), st.booleans()), max_size=60))
def test_every_month_with_a_booking_is_told_once_with_the_hash_of_its_last_page(steps):
    """Commits at any distances, some of which book something: the notices are those of the finished months."""
    current, now, last_page, booked, told = book(), NOON, {}, set(), []
    for hours, books in [*steps, (62 * 24, False)]:
        now += hours * HOUR
        notices, after = decided(current, CALL if books else NOTHING, now)
        told += [(each["month"], each["lastPage"], each["chain"]) for each in notices]
        sequence = current.position.sequence + 1
        chain = sha256(f"{current.position.chain}{sequence}".encode()).hexdigest()
        current = replace(after, position=Position(sequence, chain, now, None))
        last_page[f"{now:%Y-%m}"] = (sequence, chain)
        booked |= {f"{now:%Y-%m}"} if books else set()
    assert told == [(month, *last_page[month]) for month in sorted(booked)]
