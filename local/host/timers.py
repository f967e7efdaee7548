"""Timer triggers: NCRONTAB schedules in UTC, by the service's clock.

Only one run at a time; the next occurrence is computed when a run ends. A jump of the clock fires nothing here: the
code that moves the clock fires the timers itself, in order, through the admin interface.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from azure.functions.timer import TimerRequest
from croniter import CroniterError, croniter

from local.clock import LocalClock
from local.host.functions import Function
from local.host.settings import BadSettingError, resolve

POLL_SECONDS = 0.5
"""Seconds between checks of a waiting timer for a jump of the clock."""


def following(schedule: str, instant: datetime) -> datetime:
    """The first occurrence after *instant* of `{second} {minute} {hour} {day} {month} {weekday}`.

    Both day and weekday must match, as in NCrontab. Raises BadSettingError.
    """
    try:
        found: datetime = croniter(schedule, instant, second_at_beginning=True, day_or=False).get_next(datetime)
    except CroniterError as wrong:
        raise BadSettingError(f"{schedule!r} is not an NCRONTAB schedule: {wrong}") from wrong
    return found


class Timer:
    """Fires one function by its schedule."""

    def __init__(self, function: Function, clock: LocalClock, environment: Mapping[str, str]) -> None:
        """Raises BadSettingError when the schedule is invalid."""
        self._function = function
        self._clock = clock
        self._schedule = resolve(function.trigger["schedule"], environment)
        following(self._schedule, clock.now())

    async def run(self, stopping: asyncio.Event) -> None:
        """Fire until *stopping*. Exceptions of the function do not stop the schedule."""
        while await self._reach_next(stopping):
            work = asyncio.create_task(self._function.invoke(TimerRequest(past_due=False)))
            await asyncio.wait({work})
            work.exception()

    async def _reach_next(self, stopping: asyncio.Event) -> bool:
        """Wait for the next occurrence: True when it is reached, False when the host stops."""
        offset = self._clock.offset
        due = following(self._schedule, self._clock.now())
        while not stopping.is_set():
            if self._clock.offset != offset:
                offset = self._clock.offset
                due = following(self._schedule, self._clock.now())
            remaining = (due - self._clock.now()).total_seconds()
            if remaining <= 0:
                return True
            try:
                async with asyncio.timeout(min(remaining, POLL_SECONDS)):
                    await stopping.wait()
            except TimeoutError:
                continue
        return False
