"""Moves the ledger's clock forward as time would have moved it: from alarm to alarm and from night to night.

A night on which nothing is due is passed over, because a timer without due alarms does nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import httpx
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables.aio import TableServiceClient

from local.clock import LocalClock
from local.clock.idle import Idle
from shared.kernel.times import next_nightly, parse_instant

EXPIRY, RETRIES = "nightly_expiry", "recharge_retries"
"""One verb on two schedules (CONTRACT 3)."""

ONCE_A_NIGHT = ("nightly_audit", "suspense_retention")
"""What else runs at night. Several nights at once are like the last of them."""

STUBBORN = 5
"""An alarm that is still the earliest after so many firings will not go: something is broken, and is reported."""

FAST_FORWARD_SECONDS = 1800.0
FIRE_SECONDS = 300.0


class FastForwardError(Exception):
    """The journey did not come to its end; the words say what stood in its way."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A row of the table Alarms: when it is due, and its name."""

    due: datetime
    name: str


class FastForward:
    """One way through time; several wait for one another."""

    def __init__(self, clock: LocalClock, storage: str, hosts: Sequence[str], payments: str) -> None:
        """*storage* is a connection string; the first of *hosts* is the one whose timers are fired."""
        self._clock = clock
        self._storage = storage
        self._host = hosts[0]
        self._quiet = Idle(storage, hosts, payments)
        self._alone = asyncio.Lock()

    async def travel(self, target: datetime) -> None:
        """Bring the clock to *target* with everything done that was due on the way; JourneyError or NotQuietError."""
        async with self._alone:
            began = self._clock.now()
            await self._quiet.reached()
            await self._past_alarms(target)
            nights = _night_between(began, max(target, self._clock.now()))
            self._clock.move(max(target, self._clock.now()))
            for timer in (EXPIRY, *ONCE_A_NIGHT) if nights else ():
                await self._fire(timer)
            await self._quiet.reached()

    async def _past_alarms(self, target: datetime) -> None:
        """Step to each alarm that is due by *target*, until none is left."""
        deadline = monotonic() + FAST_FORWARD_SECONDS
        met = ""
        times = 0
        while (alarm := await self._earliest(target)) is not None:
            times = times + 1 if alarm.name == met else 1
            met = alarm.name
            if times > STUBBORN or monotonic() > deadline:
                raise FastForwardError(f"the alarm {alarm.name} is still there, the clock is at {self._clock.now()}")
            await self._step(alarm.due)

    async def _step(self, due: datetime) -> None:
        """Go to *due*, unless it has passed already, and have what is due there done."""
        before = self._clock.now()
        instant = max(due, before)
        timer = EXPIRY if _night_between(before, instant) else RETRIES
        if instant > before:
            self._clock.move(instant)
        await self._fire(timer)
        await self._quiet.reached()

    async def _earliest(self, target: datetime) -> Alarm | None:
        """The earliest alarm due at or before *target*, in any partition."""
        async with TableServiceClient.from_connection_string(self._storage) as service:
            rows = service.get_table_client("Alarms").list_entities(select=["PartitionKey", "RowKey"])
            try:
                names = [str(row["RowKey"]) async for row in rows]
            except ResourceNotFoundError:  # nobody has opened an account yet
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


def _night_between(before: datetime, instant: datetime) -> bool:
    """Whether a nightly run lies behind *before* and at or before *instant*."""
    return next_nightly(before + timedelta(microseconds=1)) <= instant
