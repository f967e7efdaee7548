"""How the demo shows and judges the answers to its telephony system."""

import pytest

from local.demo.telephony import answer_text, minutes, verdict

TERMINATE = {"action": "terminate", "warnSeconds": 60}


@pytest.mark.parametrize(
    ("answer", "text", "judged"),
    [
        ({"allowed": True, "maxSeconds": 300, "finalUnit": None}, "allowed until 5:00", "300"),
        ({"allowed": True, "maxSeconds": 485, "finalUnit": TERMINATE}, "allowed until 8:05, and no longer", "485"),
        ({"allowed": True, "maxSeconds": None, "finalUnit": None}, "allowed without a limit", "no limit"),
        ({"allowed": False, "reason": "balance_zero", "maxSeconds": 0}, "refused: balance zero", "balance_zero"),
        ({"allowed": False, "reason": "balance_zero", "maxSeconds": 480}, "refused: balance zero", "balance_zero"),
    ],
)
def test_an_answer_is_shown_and_judged(answer, text, judged):
    assert (answer_text(answer), verdict(answer)) == (text, judged)


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (59, "0:59"), (485, "8:05"), (7380, "123:00")])
def test_seconds_are_shown_as_minutes(seconds, shown):
    assert minutes(seconds) == shown
