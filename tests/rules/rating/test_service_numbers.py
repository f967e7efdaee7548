from datetime import UTC, datetime, timedelta

import pytest

from shared.kernel.ids import AccountId
from shared.rating.service_numbers import (
    HISTORY_MAX,
    History,
    NumberKind,
    NumberUse,
    Registration,
    open_in,
    owner_at,
    with_end,
    with_registration,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
ANN, BOB = AccountId("ann"), AccountId("bob")


def registration(name, account=ANN, from_=NOON, until=None):
    return Registration(name, account, NumberKind.TOLL_FREE, NumberUse.CALL_QUEUE, from_, until)


ENDED = (registration("a", until=NOON + HOUR), registration("b", BOB, NOON + 2 * HOUR))
"""Ann has the number for an hour, nobody for another, then Bob has it."""


@pytest.mark.parametrize(
    ("at", "name"),
    [
        (NOON - 1000 * HOUR, "a"),  # the first registration counts for earlier calls
        (NOON, "a"),
        (NOON + HOUR - INSTANT, "a"),  # a call that started before the release still finds its payer
        (NOON + HOUR, None),
        (NOON + 2 * HOUR - INSTANT, None),
        (NOON + 2 * HOUR, "b"),
        (NOON + 2000 * HOUR, "b"),
    ],
)
def test_a_call_belongs_to_the_registration_in_which_it_started(at, name):
    found = owner_at(ENDED, at)
    assert (found.id if found else None) == name


def test_a_number_that_was_never_registered_has_no_owner():
    assert owner_at((), NOON) is None
    assert open_in(()) is None


def test_only_the_last_registration_can_be_open():
    assert open_in(ENDED) == ENDED[1]
    assert open_in(ENDED[:1]) is None


def test_an_end_is_final_and_not_before_the_beginning():
    history = with_end((registration("a"),), "a", NOON - HOUR)
    assert history[0].until == NOON
    assert with_end(history, "a", NOON + HOUR) == history
    assert with_end(history, "b", NOON) == history


def test_registrations_never_overlap_even_if_clocks_differ():
    history = with_registration(ENDED[:1], registration("c", BOB, NOON))
    assert [each.from_ for each in history] == [NOON, NOON + HOUR]


def test_the_oldest_registrations_are_dropped():
    history: History = ()
    for number in range(HISTORY_MAX + 5):
        history = with_end(with_registration(history, registration(str(number))), str(number), NOON)
    assert [each.id for each in history] == [str(number) for number in range(5, HISTORY_MAX + 5)]
