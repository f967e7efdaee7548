"""Simulated time for claims about e-mails: the real use cases on ports in memory."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from uuid import UUID

from shared.notices.email import Email
from shared.ports import MailThrottledError, UnavailableError
from shared.use_cases.notices.send_notice import send_notice
from tests.alerts import set_alerts, told
from tests.fakes.world import World
from tests.tenant import BOSTON, Tenant, call, report

RETRY = timedelta(seconds=30)
TRIES_MAX = 10
POISON_LEASE = timedelta(minutes=10)
"""As in host.json: so often a message is tried, and later, on the poison queue, after each lease."""

ANSWERS = (UnavailableError, MailThrottledError)

READERS = [
    {"address": "ann@contoso.example", "roles": ["billing"], "locale": "en"},
    {"address": "ben@contoso.example", "roles": ["teams"], "locale": "en"},
    {"address": "yuki@contoso.example", "roles": ["user"], "locale": "ja"},
    {"address": "claire@contoso.example", "roles": ["user"], "locale": "fr"},
    {"address": "ivan@contoso.example", "roles": ["global"], "locale": "ru"},
]


def seconds_of(dollars: float) -> int:
    """The length of a call to Boston with this price."""
    return round((dollars - 0.10) * 120)


async def opened(*levels: str) -> tuple[World, Tenant]:
    """A world with one account, its administrators and its alerts."""
    world = World()
    await world.publish()
    tenant = Tenant(world)
    await tenant.open()
    await tenant.set_administrators(*READERS)
    await set_alerts(tenant, *levels)
    return world, tenant


async def flap(swing: float, *, days: int, every: timedelta) -> Counter[str]:
    """Let a balance go down and up again by *swing* dollars around a level of 20 for *days*; count the notices."""
    world, tenant = await opened("20")
    await tenant.grant(f"{20 + swing / 2}")
    for number in range(int(timedelta(days=days) / every)):
        started = world.clock.now().isoformat().replace("+00:00", "Z")
        await report(world, call(f"c{number}", called=BOSTON, seconds=seconds_of(swing), startedAt=started))
        await tenant.grant(f"{swing}", f"PO-{number + 2}")
        await world.tick(seconds=every.total_seconds())
    return Counter(each["kind"] for each in await told(tenant, limit="1000") if each["language"] == "en")


@dataclass(slots=True)
class AwayMail:
    """A mail service that is away until *back*: it answers nothing, 429 or 500. *sent*: what it accepted then."""

    world: World
    back: datetime
    sent: list[Email] = field(default_factory=list)
    refusals: int = 0
    _answers: Iterator[type[UnavailableError]] = field(
        default_factory=lambda: cycle((UnavailableError, MailThrottledError))
    )

    async def send(self, email: Email, delivery: UUID) -> None:  # noqa: ARG002 - the port's
        """Refuse everything until *back*."""
        if self.world.clock.now() < self.back:
            self.refusals += 1
            raise next(self._answers)("the mail service is away")
        self.sent.append(email)


async def outage(length: timedelta) -> tuple[AwayMail, list[dict[str, object]], int]:
    """Let the mail service be away for *length* while an account gets low, recovers and runs to zero again and again.
    Return the service, what the account was told, and the number of messages that are left.
    """
    world, tenant = await opened("20")
    mail = AwayMail(world, world.clock.now() + length)
    world.mail = mail  # type: ignore[assignment] # it has the port's interface
    world.services = world.process()
    waiting: list[tuple[datetime, int, bytes]] = []
    await tenant.grant("30")
    end = mail.back + timedelta(hours=1)
    steps = cycle((12.0, 30.0, None))
    while world.clock.now() < end:
        if world.clock.now() < mail.back:
            await _step(world, tenant, next(steps))
        waiting += [(world.clock.now(), 0, text.encode()) for queue, text in world.queues.waiting if queue == "notices"]
        world.queues.waiting.clear()
        waiting = [each for before in waiting for each in await _tried(world, before)]
        world.clock.forward(seconds=RETRY.total_seconds())
    return mail, await told(tenant, limit="1000"), len(waiting)


async def _step(world: World, tenant: Tenant, dollars: float | None) -> None:
    now = world.clock.now()
    started = now.isoformat().replace("+00:00", "Z")
    if dollars is None:
        await tenant.grant("60", f"PO-{now:%H%M%S}")
    else:
        await report(world, call(f"c-{now:%H%M%S}", called=BOSTON, seconds=seconds_of(dollars), startedAt=started))


async def _tried(world: World, waiting: tuple[datetime, int, bytes]) -> list[tuple[datetime, int, bytes]]:
    """What is left to do of a queue message: nothing, or a later try."""
    due, tries, text = waiting
    now = world.clock.now()
    if now < due:
        return [waiting]
    try:
        await send_notice(world.services, text)
    except UnavailableError:
        return [(now + (RETRY if tries < TRIES_MAX else POISON_LEASE), tries + 1, text)]
    return []
