"""Moves the ledger's clock forward as time would have moved it: from alarm to alarm and from night to night.

Nights on which nothing is due are skipped, because a timer without due alarms does nothing.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import httpx
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables.aio import TableServiceClient

from local.clock import LocalClock
from local.clock.errors import BackwardsError, FastForwardError
from local.clock.idle import Idle
from local.clock.progress import ProgressFile
from shared.kernel.times import instant_text, next_nightly, parse_instant

EXPIRY, RETRIES = "nightly_expiry", "recharge_retries"
"""One use case on two schedules (CONTRACT 3)."""

ONCE_A_NIGHT = ("nightly_audit", "suspense_retention", "call_record_retention")
"""The other timers of the night. Running them once for several nights has the same effect."""

FIRINGS_MAX = 5
"""An alarm that is still the earliest after so many firings of its timer is reported: something is broken."""

FAST_FORWARD_SECONDS = 1800.0
FIRE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Alarm:
    """A row of the table Alarms: when it is due, and its name."""

    due: datetime
    name: str


class FastForward:
    """Moves the clock; one request waits for the other."""

    def __init__(self, clock: LocalClock, storage: str, hosts: Sequence[str], payments: str, progress: Path) -> None:
        """*storage* is a connection string; the timers of the first of *hosts* are fired; *progress* is a file."""
        self._clock = clock
        self._storage = storage
        self._host = hosts[0]
        self._idle = Idle(storage, hosts, payments)
        self._lock = asyncio.Lock()
        self._progress = ProgressFile(progress)

    async def to(self, target: datetime) -> None:
        """Bring the clock to *target* with everything done that is due until then.

        BackwardsError, FastForwardError or NotIdleError.
        """
        self._refuse_past(target)
        async with self._lock:
            self._refuse_past(target)  # the clock may have moved meanwhile
            began = self._clock.now()
            with self._progress.run(self._clock.now, target) as reached:
                await self._idle.wait()
                await self._handle_alarms(target, reached)
                crosses_night = _is_night_between(began, max(target, self._clock.now()))
                self._clock.move(max(target, self._clock.now()))
                reached()
                for timer in (EXPIRY, *ONCE_A_NIGHT) if crosses_night else ():
                    await self._fire(timer)
                await self._idle.wait()

    def _refuse_past(self, target: datetime) -> None:
        now = self._clock.now()
        if target < now:
            raise BackwardsError(
                f"The clock only moves forward; it is {instant_text(now)}, and {instant_text(target)} is before that."
                " To return to real time, start again with ./dev up --fresh, which deletes all accounts."
            )

    async def _handle_alarms(self, target: datetime, reached: Callable[[], None]) -> None:
        """Step to each alarm that is due by *target*, until none is left."""
        deadline = monotonic() + FAST_FORWARD_SECONDS
        previous = ""
        times = 0
        while (alarm := await self._earliest(target)) is not None:
            times = times + 1 if alarm.name == previous else 1
            previous = alarm.name
            if times > FIRINGS_MAX or monotonic() > deadline:
                raise FastForwardError(f"the alarm {alarm.name} is still there, the clock is at {self._clock.now()}")
            await self._step(alarm.due)
            reached()

    async def _step(self, due: datetime) -> None:
        """Move to *due*, unless it has passed already, and fire the timer that does what is due."""
        before = self._clock.now()
        instant = max(due, before)
        timer = EXPIRY if _is_night_between(before, instant) else RETRIES
        if instant > before:
            self._clock.move(instant)
        await self._fire(timer)
        await self._idle.wait()

    async def _earliest(self, target: datetime) -> Alarm | None:
        """The earliest alarm due at or before *target*, in any partition."""
        async with TableServiceClient.from_connection_string(self._storage) as service:
            rows = service.get_table_client("Alarms").list_entities(select=["PartitionKey", "RowKey"])
            try:
                names = [str(row["RowKey"]) async for row in rows]
            except ResourceNotFoundError:  # no account has been opened yet
                return None
        alarms = (Alarm(parse_instant(name.partition("|")[0]), name) for name in names)
        earliest = min(alarms, key=lambda alarm: (alarm.due, alarm.name), default=None)
        return earliest if earliest is not None and earliest.due <= target else None

    async def _fire(self, timer: str) -> None:
        """Run one timer's function to its end, through the host's admin interface."""
        try:
            async with httpx.AsyncClient(trust_env=False, verify=False, timeout=FIRE_SECONDS) as client:
                answer = await client.post(f"{self._host}/admin/functions/{timer}", json={})
        except httpx.HTTPError as wrong:
            raise FastForwardError(f"the timer {timer} cannot be fired: {wrong!r}") from wrong
        if not answer.is_success:
            raise FastForwardError(f"the timer {timer} answered {answer.status_code}: {answer.text[:500]}")


def _is_night_between(before: datetime, instant: datetime) -> bool:
    """Whether a nightly run is after *before* and at or before *instant*."""
    return next_nightly(before + timedelta(microseconds=1)) <= instant
