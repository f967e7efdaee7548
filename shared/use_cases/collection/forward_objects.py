"""The bridge from AWS: announced objects are read, and their records put on the queue `usage` (R10, R24, CONTRACT 6).

An announcement is deleted only after everything in it is in the service's own storage. Until then each step may fail or
be repeated: the announcement is delivered again, and the ledger recognises the records. One that cannot be read stays,
so that its queue moves it to the dead-letter queue; one that can be read but not understood goes into suspense.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from shared.ports import Announcement, ObjectFeed, ObjectUnreadableError, StoredObject, UnavailableError
from shared.service.collection import Objects
from shared.service.services import Services
from shared.telemetry.instruments import ANNOUNCEMENTS, BRIDGE_RUNS
from shared.use_cases.collection import chime_object
from shared.use_cases.collection.records_event import QUEUE, Origin, messages
from shared.use_cases.collection.s3_notification import UnintelligibleError, announced
from shared.use_cases.usage.bounded_concurrency import for_each
from shared.use_cases.usage.reason import Nameless, Reason, Unbookable
from shared.use_cases.usage.suspend import suspend_nameless

log = logging.getLogger(__name__)

SOURCE = "urn:credits:collector:aws"

LONGEST = timedelta(minutes=10)
"""How long one run goes on while announcements come; the next one follows within a minute."""

READS_AT_ONCE = 10
"""As many announcements as one request to SQS returns."""


@dataclass(slots=True)
class Taken:
    """What was read of one announcement: records as JSON texts, and bytes that are no records."""

    announcement: Announcement
    records: list[str] = field(default_factory=list)
    nameless: list[Nameless] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """What becomes of the announcement, for the metric."""
        if self.nameless:
            return "suspended"
        return "forwarded" if self.records else "ignored"


async def forward_objects(services: Services) -> None:
    """Forward what is announced until nothing is left, or for `LONGEST`. Raises the first exception that is not an
    object's own fault, after the other announcements that were received with it are done.
    """
    objects = services.collection.objects
    if objects is None:
        return
    try:
        await _forward_all(services, objects)
    except Exception:
        BRIDGE_RUNS.add(1, {"outcome": "failed"})
        raise
    BRIDGE_RUNS.add(1, {"outcome": "done"})


async def _forward_all(services: Services, objects: Objects) -> None:
    end = services.clock.now() + LONGEST
    while services.clock.now() < end:
        received = await objects.feed.receive()
        if not received:
            return
        async with _kept_hidden(objects.feed, received):
            await _forward(services, objects, received)


async def _forward(services: Services, objects: Objects, received: Sequence[Announcement]) -> None:
    outcomes = await for_each(received, lambda announcement: _take(objects.feed, announcement), READS_AT_ONCE)
    taken = [outcome for outcome in outcomes if isinstance(outcome, Taken)]
    failures = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    await _store(services, taken, objects.profile)
    if taken:
        left = {announcement.id for announcement in await objects.feed.delete([each.announcement for each in taken])}
        for each in taken:
            ANNOUNCEMENTS.add(1, {"outcome": "redelivered" if each.announcement.id in left else each.outcome})
    _report(failures)


async def _take(feed: ObjectFeed, announcement: Announcement) -> Taken:
    """Read what *announcement* announces. Nothing is taken of one whose objects cannot all be read."""
    taken = Taken(announcement)
    if len(announcement.body.encode()) > chime_object.OBJECT_BYTES_MAX:
        raise ObjectUnreadableError("an announcement larger than any of S3")
    try:
        objects = announced(announcement.body)
    except UnintelligibleError as flaw:
        taken.nameless.append(Nameless(announcement.body.encode(), Unbookable(Reason.UNREADABLE, str(flaw))))
        return taken
    for where in filter(chime_object.is_call, objects):
        found = chime_object.records_of(await _read(feed, where))
        if isinstance(found, Nameless):
            taken.nameless.append(found)
        else:
            taken.records += found
    return taken


async def _read(feed: ObjectFeed, where: StoredObject) -> bytes:
    try:
        return await feed.read(where, chime_object.OBJECT_BYTES_MAX)
    except ObjectUnreadableError as flaw:
        raise ObjectUnreadableError(f"{where.bucket}/{where.key}: {flaw}") from flaw


async def _store(services: Services, taken: Sequence[Taken], profile: str | None) -> None:
    """Put everything that was taken into the service's storage: records on the queue, the rest into suspense."""
    origin = Origin(SOURCE, chime_object.FORMAT, profile=profile)
    for text in messages(origin, [record for each in taken for record in each.records]):
        await services.queues.send(QUEUE, text)
    await suspend_nameless(services, [item for each in taken for item in each.nameless])


def _report(failures: Sequence[Exception]) -> None:
    """Count what stays in the queue. An outage or a bug ends the run: the next one may find it over."""
    for failure in failures:
        is_own_fault = isinstance(failure, ObjectUnreadableError)
        ANNOUNCEMENTS.add(1, {"outcome": "unreadable" if is_own_fault else "failed"})
        log.warning("an announcement stays in its queue: %s", failure)
    for failure in failures:
        if not isinstance(failure, ObjectUnreadableError):
            raise failure


@asynccontextmanager
async def _kept_hidden(feed: ObjectFeed, received: Sequence[Announcement]) -> AsyncIterator[None]:
    """Prolong *received* as long as the work inside lasts. Without success they are delivered twice, which is safe."""

    async def prolong() -> None:
        while True:
            await asyncio.sleep(feed.hidden_for.total_seconds() / 3)
            try:
                await feed.prolong(received)
            except UnavailableError as outage:
                log.warning("announcements are not kept hidden: %s", outage)

    task = asyncio.create_task(prolong())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
