"""R4: the class of a decline, and the time of the next try."""

import pytest

from shared.recharge.dunning import RETRY_AFTER, Severity, next_try, reason, severity
from tests.rules.books import HOUR, NOON

SOFT, HARD, HOLDER, GONE = Severity.SOFT, Severity.HARD, Severity.HOLDER, Severity.GONE


@pytest.mark.parametrize(
    ("code", "decline_code", "advice", "means"),
    [
        ("card_declined", "insufficient_funds", None, SOFT),
        ("card_declined", "generic_decline", None, SOFT),
        ("card_declined", "do_not_honor", None, SOFT),
        ("card_declined", "try_again_later", None, SOFT),
        ("card_declined", None, None, SOFT),
        ("processing_error", None, None, SOFT),
        ("card_declined", "a_code_of_tomorrow", None, SOFT),  # administrators are notified at once; a short schedule
        ("card_declined", "expired_card", None, HARD),
        ("expired_card", None, None, HARD),
        ("card_declined", "lost_card", None, HARD),
        ("card_declined", "stolen_card", None, HARD),
        ("card_declined", "fraudulent", None, HARD),
        ("card_declined", "invalid_account", None, HARD),  # the account is closed
        ("card_declined", "pickup_card", None, HARD),
        ("authentication_required", None, None, HOLDER),  # the bank asks for the holder, who is absent
        ("card_declined", "authentication_required", None, HOLDER),
        ("card_declined", "authentication_required", "do_not_try_again", HOLDER),
        ("authentication_not_handled", None, None, HOLDER),
        ("no_longer_usable", None, None, GONE),  # the card is gone
        # the issuer's advice takes precedence over the codes
        ("card_declined", "insufficient_funds", "do_not_try_again", HARD),
        ("card_declined", "insufficient_funds", "confirm_card_data", HARD),
        ("card_declined", "insufficient_funds", "try_again_later", SOFT),
        ("card_declined", "lost_card", "try_again_later", SOFT),
    ],
)
def test_a_decline_is_soft_or_hard(code, decline_code, advice, means):
    assert severity(code, decline_code, advice) is means


@pytest.mark.parametrize(
    ("soft_declines", "hours"),
    [(1, 1), (2, 6), (3, 24), (4, 72), (5, None), (6, None)],  # then the slot waits for an administrator
)
def test_soft_declines_are_retried_after_1_6_24_and_72_hours_only(soft_declines, hours):
    assert next_try(soft_declines, now=NOON) == (None if hours is None else NOON + hours * HOUR)


def test_the_schedule_has_four_pauses():
    assert [pause / HOUR for pause in RETRY_AFTER] == [1, 6, 24, 72]


@pytest.mark.parametrize(
    ("code", "decline_code", "shown"),
    [
        ("card_declined", "lost_card", "lost_card"),
        ("card_declined", None, "card_declined"),
        ("card_declined", "n/a", "card_declined"),
        ("card_declined", "", "card_declined"),
    ],
)
def test_the_issuers_reason_is_shown_if_there_is_one(code, decline_code, shown):
    assert reason(code, decline_code) == shown
