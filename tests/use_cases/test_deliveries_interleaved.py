"""Any order of tries, refusals and crashes: every notice arrives, and only a crash or a lost answer doubles it."""

import asyncio
from collections import Counter
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ports import MailThrottledError, UnavailableError
from shared.use_cases.notices.send_notice import send_notice
from tests.alerts import set_alerts, told
from tests.fakes.world import World
from tests.tenant import BOSTON, Tenant, call, report

ANN = {"address": "ann@example.com", "roles": ["billing"]}
SUBJECTS = ("Your balance is down to $", "Your balance is zero", "Your balance has recovered")

ANSWERS = st.sampled_from(["accepted", "throttled", "throttled", "away", "lost answer", "crash before", "crash after"])
STEPS = st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(0, 7)), max_size=14)
"""Which message is tried, by which of two processes, and how many minutes pass before."""


class Crash(BaseException):
    """The process ends here."""


class Mail:
    """A mail service with planned answers. *doubles*: how often it took an e-mail and the sender could not know."""

    def __init__(self, answers):
        self.answers, self.sent, self.doubles = list(answers), [], 0

    async def send(self, email, _delivery):
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if self.answers else "accepted"
        if answer == "throttled":
            raise MailThrottledError("throttled")
        if answer == "away":
            raise UnavailableError("away")
        if answer == "crash before":
            raise Crash
        self.sent.append(email)
        self.doubles += answer != "accepted"
        if answer == "lost answer":
            raise UnavailableError("no answer")
        if answer == "crash after":
            raise Crash


async def three_notices(answers):
    """A world whose queue has notices of a low balance, of zero, and of a balance that has recovered."""
    world = World()
    await world.publish()
    tenant = Tenant(world)
    await tenant.open()
    await tenant.set_administrators(ANN)
    await set_alerts(tenant, "50")
    await tenant.grant("60")
    await report(world, call("a", called=BOSTON, seconds=2_400), call("b", called=BOSTON, seconds=12_000))
    await tenant.grant("200", "PO-2")
    texts = [text.encode() for queue, text in world.queues.waiting if queue == "notices"]
    world.queues.waiting.clear()
    world.mail = Mail(answers)  # type: ignore[assignment] # it has the port's interface
    return world, tenant, texts


async def tried(services, text):
    with suppress(UnavailableError, Crash):
        await send_notice(services, text)


@given(st.lists(ANSWERS, max_size=8), STEPS)
@settings(max_examples=50, deadline=None)
def test_every_notice_arrives_whatever_happens_to_its_tries(answers, steps):
    async def run():
        world, tenant, texts = await three_notices(answers)
        assert len(texts) == len(SUBJECTS)
        processes = (world.process(), world.process())
        for message, other, minutes in steps:
            world.clock.forward(minutes=minutes)
            # Both processes at once: the lease of the other message's try may have ended.
            await asyncio.gather(
                tried(processes[other], texts[message]), tried(processes[not other], texts[(message + 1) % len(texts)])
            )
        mail = world.mail
        assert isinstance(mail, Mail)
        mail.answers = []
        for _ in range(2):
            world.clock.forward(minutes=10)
            for text in texts:
                await tried(processes[0], text)
        arrived = Counter(words for email in mail.sent for words in SUBJECTS if words in email.text)
        assert set(arrived) == set(SUBJECTS)
        assert sum(arrived.values()) - len(SUBJECTS) <= mail.doubles * len(SUBJECTS)
        assert {each["delivery"] for each in await told(tenant)} == {"sent"}

    asyncio.run(run())
