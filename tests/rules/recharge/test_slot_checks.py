"""When a recharge whose outcome is unknown is checked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.ledger.slot import IDLE, Slot
from shared.recharge.slot import FIRST_CHECK_AFTER, check, next_check
from tests.rules.books import HOUR, INSTANT, NOON
from tests.rules.recharge.slots import CANCELLING, RUNNING, WAITING, WANTED, account


@pytest.mark.parametrize(
    ("slot", "at"),
    [
        (IDLE, None),
        (Slot(WANTED, 1, 100, since=NOON), NOON + FIRST_CHECK_AFTER),
        (replace(RUNNING, since=NOON), NOON + FIRST_CHECK_AFTER),  # a charge may be in progress
        (replace(RUNNING, since=NOON - HOUR), NOON + HOUR / 15),  # at 64 minutes: as long again as at 32
        (replace(RUNNING, since=NOON - 50 * HOUR), NOON + HOUR / 15),  # every hour from there on
        (replace(RUNNING, state=CANCELLING, since=NOON), NOON + FIRST_CHECK_AFTER),
        (RUNNING, NOON + FIRST_CHECK_AFTER),  # begun by 0.1.0
        (WAITING, NOON + HOUR),
        (replace(WAITING, retry_at=NOON), NOON + FIRST_CHECK_AFTER),  # due: a message is sent, and another alarm is set
        (replace(WAITING, retry_at=None), None),  # an administrator must act
    ],
)
def test_a_recharge_is_checked_without_webhooks(slot, at):
    assert next_check(slot, after=NOON) == at


@pytest.mark.parametrize(
    ("slot", "message"),
    [
        (IDLE, 0),
        (Slot(WANTED, 3, 100, since=NOON - FIRST_CHECK_AFTER), 1),
        (replace(RUNNING, since=NOON - FIRST_CHECK_AFTER), 1),
        (replace(RUNNING, since=NOON - FIRST_CHECK_AFTER + INSTANT), 0),  # not yet
        (replace(RUNNING, since=NOON - 1.5 * FIRST_CHECK_AFTER), 0),  # the check at two minutes was recent
        (replace(RUNNING, state=CANCELLING, since=NOON - 2 * FIRST_CHECK_AFTER), 1),
        (RUNNING, 1),  # begun by 0.1.0 without a time: every catch-up checks it
        (replace(WAITING, retry_at=NOON + INSTANT), 0),
        (replace(WAITING, retry_at=NOON), 1),
        (replace(WAITING, retry_at=NOON - INSTANT), 1),
        (replace(WAITING, retry_at=NOON - HOUR), 0),
        (replace(WAITING, retry_at=None), 0),
    ],
)
def test_a_catch_up_sends_a_message_for_a_recharge_whose_check_is_due(slot, message):
    looked = check(account(slot), after=NOON - timedelta(seconds=1), now=NOON)
    assert [each.body["slot"] for each in looked.outbox] == [3] * message
