"""Notices to three administrators, and what became of them."""

from contextlib import suppress

from shared.ports import UnavailableError
from shared.use_cases.notices.note_report import EVENT_TYPE
from shared.use_cases.notices.send_notice import send_notice
from tests.alerts import set_alerts, told
from tests.tenant import BOSTON, call, report

ANN = {"address": "ann@example.com", "roles": ["billing"]}
BOB = {"address": "bob@example.com", "roles": ["teams"]}
YUKI = {"address": "yuki@example.com", "roles": ["user"], "locale": "ja"}


async def want_notices(tenant):
    """A low balance is told below 50; the tenant has 60."""
    await set_alerts(tenant, "50")
    await tenant.grant("60")


async def two_notices(world):
    """The queue messages of a low balance and of a balance of zero."""
    await report(world, call("a", called=BOSTON, seconds=2_400))
    await report(world, call("b", called=BOSTON, seconds=12_000))
    texts = [text.encode() for _, text in world.queues.waiting]
    world.queues.waiting.clear()
    assert len(texts) == 2
    return texts


async def attempt(world, *texts):
    for text in texts:
        with suppress(UnavailableError):
            await send_notice(world.services, text)


async def deliveries(tenant):
    return [(each["kind"], each["language"], each["recipients"], each["delivery"]) for each in await told(tenant)]


def said(world, number, status, recipient="ann@example.com", **envelope):
    """A delivery report about the e-mail *number*."""
    _, message = world.mail.sent[number]
    data = {"messageId": str(message), "recipient": recipient, "status": status, "deliveryAttemptTimestamp": "…"}
    return {"id": "1", "eventType": EVENT_TYPE, "data": data, **envelope}
