"""R1: the states of a manual purchase."""

from dataclasses import replace

import pytest

from shared.ledger.apply import apply
from shared.ledger.change import NOTHING
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
def test_the_payments_state_moves_an_open_purchase_but_never_an_ended_one(state, outcomes):
    before = book(intents={"i": replace(INTENT, state=state)})
    for word, outcome in zip(WORDS, outcomes, strict=True):
        change = moved(before, "i", word, now=NOON + HOUR)
        assert [intent.state for intent in change.intents] == ([outcome] if outcome else []), word


def test_only_open_states_have_transitions():
    assert set(LIFECYCLE) == OPEN_STATES


def test_a_refused_card_ends_the_purchase_as_declined_although_its_payment_is_cancelled():
    before = book(intents={"i": INTENT})
    refusal = refused(before, "i", "lost_card", now=NOON)
    change = moved(apply(before, refusal), "i", "cancelled", now=NOON + HOUR)
    assert change.intents == (replace(INTENT, state=DECLINED, reason="lost_card", touched_at=NOON + HOUR),)


def test_a_refused_purchase_whose_payment_succeeds_is_a_success_without_a_reason():
    before = book(intents={"i": replace(INTENT, reason="lost_card")})
    [intent] = moved(before, "i", "succeeded", now=NOON).intents
    assert (intent.state, intent.reason) == (SUCCEEDED, "")


@pytest.mark.parametrize(
    "intents",
    [
        {},
        {"i": replace(INTENT, reason="stolen_card")},  # the first reason is kept
        *({"i": replace(INTENT, state=state)} for state in (SUCCEEDED, DECLINED, CANCELLED)),
    ],
)
def test_only_an_open_purchase_is_refused_and_only_once(intents):
    assert refused(book(intents=intents), "i", "lost_card", now=NOON) is NOTHING


@pytest.mark.parametrize(("age", "abandoned"), [(DAY - INSTANT, False), (DAY, True), (DAY + INSTANT, True)])
def test_a_purchase_is_abandoned_after_a_day(age, abandoned):
    assert is_abandoned(INTENT, now=NOON + age) is abandoned


def test_a_purchase_that_is_no_longer_in_the_book_is_not_moved():
    assert moved(book(), "i", "succeeded", now=NOON) is NOTHING


@pytest.mark.parametrize(
    ("state", "created", "at"),
    [
        (PROCESSING, NOON, NOON + FIRST_CHECK_AFTER),
        (PROCESSING, NOON - MINUTE, NOON + MINUTE),
        (REQUIRES_ACTION, NOON - 2 * MINUTE, NOON + 2 * MINUTE),  # this check is past
        (REQUIRES_ACTION, NOON - 30 * MINUTE, NOON + 2 * MINUTE),  # at 32 minutes: as long again as at 16
        (REQUIRES_ACTION, NOON - 5 * HOUR, NOON + 68 * MINUTE),  # from 128 minutes on, every two hours
        (REQUIRES_ACTION, NOON - 23.5 * HOUR, NOON + HOUR / 2),  # at the hour at which it is abandoned
        (REQUIRES_ACTION, NOON - 24 * HOUR, NOON + FIRST_CHECK_AFTER),  # to be cancelled, and checked again soon
        (REQUIRES_ACTION, NOON - 25 * HOUR, NOON + 4 * MINUTE),
        (SUCCEEDED, NOON, None),
        (DECLINED, NOON, None),
        (CANCELLED, NOON, None),
    ],
)
def test_an_open_purchase_is_checked_with_growing_pauses_without_webhooks(state, created, at):
    assert next_check(replace(INTENT, state=state, created_at=created), after=NOON) == at


def test_a_purchase_that_waits_for_its_bank_is_checked_about_twenty_times_a_day():
    intent, looks, now = replace(INTENT, state=REQUIRES_ACTION, created_at=NOON), 0, NOON
    while now < NOON + 24 * HOUR:
        now, looks = the(next_check(intent, after=now)), looks + 1
    assert looks <= 20
    assert now == NOON + 24 * HOUR
