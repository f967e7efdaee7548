"""When an account is audited whole, and when an audit is overdue (R25)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit.proved import Record
from shared.audit.rota import is_in_turn, is_night_missed, is_whole_due, is_whole_late
from shared.kernel.ids import AccountId

NOW = datetime(2026, 5, 1, 3, 5, tzinfo=UTC)
DAYS = timedelta(days=28)
DAY = timedelta(days=1)
ACCOUNT = AccountId("5f0c1f9e-0000-4000-8000-000000000001")
SECOND = timedelta(seconds=1)
TURN = next(NOW + day * DAY for day in range(28) if is_in_turn(ACCOUNT, DAYS, NOW + day * DAY))
OTHER_NIGHT = TURN + DAY


def record(whole=None, findings=0):
    return Record(NOW - timedelta(days=90), whole, whole, findings)


@pytest.mark.parametrize(
    ("kept", "now", "due"),
    [
        (None, OTHER_NIGHT, True),
        (record(), OTHER_NIGHT, True),
        (record(OTHER_NIGHT - DAY), OTHER_NIGHT, False),
        (record(OTHER_NIGHT - DAYS + SECOND), OTHER_NIGHT, False),
        (record(OTHER_NIGHT - DAYS), OTHER_NIGHT, True),
        (record(OTHER_NIGHT + SECOND), OTHER_NIGHT, True),  # a time that was forged, or a wrong clock
        (record(OTHER_NIGHT - DAY, findings=1), OTHER_NIGHT, True),
        (record(TURN - DAY), TURN, True),
        (record(TURN - timedelta(hours=1)), TURN, False),  # already audited in this night
    ],
)
def test_a_whole_audit_is_due(kept, now, due):
    assert is_whole_due(ACCOUNT, kept, DAYS, now=now) is due


@given(st.uuids(), st.integers(1, 28), st.integers(0, 10_000))
def test_every_account_has_one_night_in_every_rota(account, days, first):
    nights = [NOW + (first + number) * DAY for number in range(days)]
    assert sum(is_in_turn(AccountId(str(account)), timedelta(days=days), night) for night in nights) == 1


@pytest.mark.parametrize(("hours", "missed"), [(24, False), (36, False), (37, True)])
def test_a_night_is_missed_after_36_hours(hours, missed):
    audited = NOW - timedelta(hours=hours)
    assert is_night_missed(record(audited), now=NOW) is missed
    assert is_night_missed(Record(audited), now=NOW) is missed  # never audited since it was listed


@pytest.mark.parametrize(("days", "late"), [(28, False), (30, False), (31, True)])
def test_a_whole_audit_is_late_two_days_after_the_rota(days, late):
    whole = NOW - timedelta(days=days)
    assert is_whole_late(record(whole), DAYS, now=NOW) is late
    assert is_whole_late(Record(whole), DAYS, now=NOW) is late
