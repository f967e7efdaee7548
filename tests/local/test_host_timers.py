import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from local.clock import LocalClock
from local.host.functions import Function
from local.host.settings import BadSettingError
from local.host.timers import Timer, following

NOW = datetime(2026, 11, 22, 7, 31, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "next_time"),
    [
        ("0 5 2 * * *", "2026-11-23T02:05:00+00:00"),
        ("0 * * * * *", "2026-11-22T07:32:00+00:00"),
        ("*/10 * * * * *", "2026-11-22T07:31:10+00:00"),
        ("0 0 0 13 * 5", "2027-08-13T00:00:00+00:00"),  # a Friday the 13th: day and weekday, not one of them
        ("0 30 9 * Jan Mon", "2027-01-04T09:30:00+00:00"),
    ],
)
def test_a_schedule_has_the_meaning_of_ncrontab(schedule, next_time):
    assert following(schedule, NOW).isoformat() == next_time


def test_an_invalid_schedule_is_rejected_at_startup(tmp_path):
    function = Function("timer", {"type": "timerTrigger", "name": "t", "schedule": "%WHEN%"}, print, timedelta(1))
    with pytest.raises(BadSettingError, match="WHEN"):
        Timer(function, LocalClock(tmp_path / "clock"), {})
    with pytest.raises(BadSettingError, match="NCRONTAB"):
        Timer(function, LocalClock(tmp_path / "clock"), {"WHEN": "sometimes"})


async def test_a_timer_fires_at_its_time_but_not_when_the_clock_jumps(tmp_path):
    clock, fired, ended = LocalClock(tmp_path / "clock"), [], asyncio.Event()

    async def handler(timer):
        fired.append((clock.now().date().isoformat(), timer.past_due))
        ended.set()

    clock.move(datetime(2030, 1, 1, 12, 0, tzinfo=UTC))
    trigger = {"type": "timerTrigger", "name": "timer", "schedule": "0 0 0 * * *"}
    timer = Timer(Function("nightly", trigger, handler, timedelta(seconds=5)), clock, {})
    async with asyncio.timeout(10):
        running = asyncio.create_task(timer.run(ended))
        await asyncio.sleep(0)
        clock.move(datetime(2030, 2, 1, 23, 59, 59, 400_000, tzinfo=UTC))  # the clock jumps over thirty-one midnights
        await running
    assert fired == [("2030-02-02", False)]
