"""R1: a purchase by hand, from the click to its end."""

from dataclasses import replace

import pytest

from shared.ledger.change import NOTHING, apply
from shared.ledger.intent import OPEN_STATES, Intent, IntentState
from shared.purchasing.purchase import FIRST_CHECK_AFTER, LIFECYCLE, is_abandoned, moved, next_check, refused
from tests.rules.books import DAY, HOUR, INSTANT, NOON, book, the

MINUTE = HOUR / 60

INTENT = Intent("i", IntentState.PROCESSING, 50, "card", NOON, NOON, payment="pi")
WORDS = ("processing", "requiresAction", "succeeded", "declined", "cancelled", "unconfirmed")
PROCESSING, REQUIRES_ACTION = IntentState.PROCESSING, IntentState.REQUIRES_ACTION
SUCCEEDED, DECLINED, CANCELLED = IntentState.SUCCEEDED, IntentState.DECLINED, IntentState.CANCELLED


@pytest.mark.parametrize(
    ("state", "outcomes"),
    [
        (PROCESSING, (None, REQUIRES_ACTION, SUCCEEDED, DECLINED, CANCELLED, None)),
        (REQUIRES_ACTION, (None, None, SUCCEEDED, DECLINED, CANCELLED, None)),
        (SUCCEEDED, (None,) * 6),
        (DECLINED, (None,) * 6),
        (CANCELLED, (None,) * 6),
    ],
)
def test_what_the_provider_says_moves_an_open_purchase_and_an_ended_one_never(state, outcomes):
    before = book(intents={"i": replace(INTENT, state=state)})
    for word, outcome in zip(WORDS, outcomes, strict=True):
        change = moved(before, "i", word, now=NOON + HOUR)
        assert [intent.state for intent in change.intents] == ([outcome] if outcome else []), word


def test_only_open_states_have_a_way_out():
    assert set(LIFECYCLE) == OPEN_STATES


def test_a_refused_card_ends_the_purchase_as_declined_though_its_payment_ends_cancelled():
    before = book(intents={"i": INTENT})
    refusal = refused(before, "i", "lost_card", now=NOON)
    change = moved(apply(before, refusal), "i", "cancelled", now=NOON + HOUR)
    assert change.intents == (replace(INTENT, state=DECLINED, reason="lost_card", touched_at=NOON + HOUR),)


def test_money_that_came_all_the_same_makes_a_refused_purchase_a_success_and_forgets_the_reason():
    before = book(intents={"i": replace(INTENT, reason="lost_card")})
    [intent] = moved(before, "i", "succeeded", now=NOON).intents
    assert (intent.state, intent.reason) == (SUCCEEDED, "")


@pytest.mark.parametrize(
    "intents",
    [
        {},
        {"i": replace(INTENT, reason="stolen_card")},  # the first word stands
        *({"i": replace(INTENT, state=state)} for state in (SUCCEEDED, DECLINED, CANCELLED)),
    ],
)
def test_only_an_open_purchase_is_refused_and_only_once(intents):
    assert refused(book(intents=intents), "i", "lost_card", now=NOON) is NOTHING


@pytest.mark.parametrize(("age", "abandoned"), [(DAY - INSTANT, False), (DAY, True), (DAY + INSTANT, True)])
def test_a_purchase_that_is_open_for_a_day_is_abandoned(age, abandoned):
    assert is_abandoned(INTENT, now=NOON + age) is abandoned


def test_a_purchase_that_is_no_longer_in_the_book_has_ended_and_is_not_moved():
    assert moved(book(), "i", "succeeded", now=NOON) is NOTHING


@pytest.mark.parametrize(
    ("state", "created", "at"),
    [
        (PROCESSING, NOON, NOON + FIRST_CHECK_AFTER),
        (PROCESSING, NOON - MINUTE, NOON + MINUTE),
        (REQUIRES_ACTION, NOON - 2 * MINUTE, NOON + 2 * MINUTE),  # this look is behind it
        (REQUIRES_ACTION, NOON - 30 * MINUTE, NOON + 2 * MINUTE),  # at 32 minutes: as long again as at 16
        (REQUIRES_ACTION, NOON - 5 * HOUR, NOON + 68 * MINUTE),  # from 128 minutes on, every two hours
        (REQUIRES_ACTION, NOON - 23.5 * HOUR, NOON + HOUR / 2),  # at the hour at which it is abandoned
        (REQUIRES_ACTION, NOON - 24 * HOUR, NOON + FIRST_CHECK_AFTER),  # to be cancelled, and soon asked for again
        (REQUIRES_ACTION, NOON - 25 * HOUR, NOON + 4 * MINUTE),
        (SUCCEEDED, NOON, None),
        (DECLINED, NOON, None),
        (CANCELLED, NOON, None),
    ],
)
def test_an_open_purchase_is_looked_at_with_growing_pauses_though_nobody_brings_news_of_it(state, created, at):
    assert next_check(replace(INTENT, state=state, created_at=created), after=NOON) == at


def test_the_bank_s_question_costs_some_twenty_looks_a_day_and_not_seven_hundred():
    asked, looks, now = replace(INTENT, state=REQUIRES_ACTION, created_at=NOON), 0, NOON
    while now < NOON + 24 * HOUR:
        now, looks = the(next_check(asked, after=now)), looks + 1
    assert looks <= 20
    assert now == NOON + 24 * HOUR
