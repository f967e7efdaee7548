"""What became of e-mails: throttling, digests, delivery reports, addresses that cannot be reached (R18)."""

import base64
import json
from contextlib import suppress

import pytest

from shared.ports import UnavailableError
from shared.use_cases.notices.note_report import EVENT_TYPE, note_report
from shared.use_cases.notices.send_notice import send_notice
from tests.alerts import set_alerts, told
from tests.tenant import BOSTON, call, report

ANN = {"address": "ann@example.com", "roles": ["billing"]}
BOB = {"address": "bob@example.com", "roles": ["teams"]}
YUKI = {"address": "yuki@example.com", "roles": ["user"], "locale": "ja"}


@pytest.fixture
async def tenant(tenant):
    await set_alerts(tenant, "50")
    await tenant.grant("60")
    return tenant


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


async def test_what_was_told_is_listed_with_its_language_and_number_of_readers(world, tenant):
    await tenant.set_administrators(ANN, BOB, YUKI)
    await attempt(world, *await two_notices(world))
    assert sorted(await deliveries(tenant)) == [
        ("balanceZero", "en", 2, "sent"),
        ("balanceZero", "ja", 1, "sent"),
        ("lowBalance", "en", 2, "sent"),
        ("lowBalance", "ja", 1, "sent"),
    ]
    assert [each["kind"] for each in await told(tenant)] == ["lowBalance"] * 2 + ["balanceZero"] * 2
    assert [each["kind"] for each in await told(tenant, order="desc", limit="1")] == ["balanceZero"]
    assert "example.com" not in json.dumps(await told(tenant))


async def test_a_list_continues_where_a_page_ended(tenant, world):
    await tenant.set_administrators(ANN, YUKI)
    await attempt(world, *await two_notices(world))
    every = [each["id"] for each in await told(tenant)]
    assert [each["id"] for each in await told(tenant, after=every[1])] == every[2:]
    assert [each["id"] for each in await told(tenant, after=every[2], order="desc")] == every[1::-1]


async def test_during_an_outage_a_notice_waits_and_is_sent_once_afterwards(world, tenant):
    await tenant.set_administrators(ANN)
    world.mail.plan("error_500", times=6)
    texts = await two_notices(world)
    for _ in range(3):
        await attempt(world, *texts)
    assert {state for *_, state in await deliveries(tenant)} == {"waiting"}
    for _ in range(3):
        await attempt(world, *texts)
    assert len(world.mail.emails) == 2
    assert {state for *_, state in await deliveries(tenant)} == {"sent"}


async def test_after_a_429_the_notices_that_wait_are_sent_as_one_email(world, tenant):
    await tenant.set_administrators(ANN)
    world.mail.plan("throttled", times=2)
    texts = await two_notices(world)
    for _ in range(3):
        await attempt(world, *texts)
    [digest] = world.mail.emails
    assert digest.subject == "Communications Credits: 2 notices in one e-mail"
    assert "Your balance is down to $39.90" in digest.text
    assert "Your balance is zero" in digest.text
    assert [state for *_, state in await deliveries(tenant)] == ["sent", "sent"]
    assert await world.audit() == []


async def test_a_notice_that_waits_alone_is_sent_as_it_is(world, tenant):
    await tenant.set_administrators(ANN)
    world.mail.plan("throttled")
    first, second = await two_notices(world)
    await attempt(world, first, second, first, second)
    assert [email.subject.partition(": ")[2] for email in world.mail.emails] == [
        "the balance is zero, calls may be refused",
        "the balance is low, $39.90",
    ]


async def test_a_digest_that_is_throttled_again_loses_nothing(world, tenant):
    await tenant.set_administrators(ANN)
    world.mail.plan("throttled", times=5)
    texts = await two_notices(world)
    for _ in range(4):
        await attempt(world, *texts)
    assert len(world.mail.emails) == 1
    assert [state for *_, state in await deliveries(tenant)] == ["sent", "sent"]


async def test_two_processes_do_not_send_the_same_digest_twice(world, tenant):
    await tenant.set_administrators(ANN)
    world.mail.plan("throttled", times=2)
    first, second = await two_notices(world)
    await attempt(world, first, second)
    other, send = world.process(), world.mail.send

    async def while_sending(email, delivery):
        world.mail.send = send
        with pytest.raises(UnavailableError, match="being sent with others"):
            await send_notice(other, second)
        await send(email, delivery)

    world.mail.send = while_sending
    await send_notice(world.services, first)
    await send_notice(other, second)
    assert len(world.mail.emails) == 1


async def test_a_crash_while_a_digest_is_sent_leaves_it_to_a_later_try(world, tenant):
    await tenant.set_administrators(ANN)
    world.mail.plan("throttled", times=2)
    texts = await two_notices(world)
    await attempt(world, *texts)
    send = world.mail.send

    async def die(_email, _delivery):
        raise KeyboardInterrupt

    world.mail.send = die
    with pytest.raises(KeyboardInterrupt):
        await send_notice(world.services, texts[0])
    world.mail.send = send
    await attempt(world, *texts)
    assert world.mail.emails == []
    world.clock.forward(minutes=6)
    await attempt(world, *texts)
    assert len(world.mail.emails) == 1


# --- delivery reports


@pytest.mark.parametrize("form", ["plain", "list", "base64", "cloudEvent"])
async def test_a_delivery_report_is_read_in_every_form(world, tenant, form):
    await tenant.set_administrators(ANN)
    await attempt(world, *await two_notices(world))
    event = said(world, 0, "Delivered")
    if form == "cloudEvent":
        event = {"specversion": "1.0", "type": event.pop("eventType"), **event}
    text = json.dumps([event] if form == "list" else event).encode()
    await note_report(world.services, base64.b64encode(text) if form == "base64" else text)
    assert [state for *_, state in await deliveries(tenant)] == ["delivered", "sent"]


async def test_an_email_is_delivered_when_every_reader_has_it_and_reports_count_once(world, tenant):
    await tenant.set_administrators(ANN, BOB)
    await attempt(world, *await two_notices(world))
    for _ in range(2):
        await note_report(world.services, json.dumps(said(world, 0, "Delivered")).encode())
    assert (await deliveries(tenant))[0][3] == "sent"
    await note_report(world.services, json.dumps(said(world, 0, "Delivered", "Bob@example.com")).encode())
    assert (await deliveries(tenant))[0][3] == "delivered"


async def test_one_reader_who_was_not_reached_makes_it_failed(world, tenant):
    await tenant.set_administrators(ANN, BOB)
    await attempt(world, *await two_notices(world))
    await note_report(
        world.services,
        json.dumps([said(world, 0, "Quarantined"), said(world, 0, "Delivered", "bob@example.com")]).encode(),
    )
    [first, _] = await told(tenant)
    assert (first["delivery"], first["undelivered"]) == ("failed", 1)


async def test_a_report_about_another_message_or_event_is_ignored(world, tenant):
    await tenant.set_administrators(ANN)
    await attempt(world, *await two_notices(world))
    foreign = said(world, 0, "Bounced")
    foreign["data"]["messageId"] = "00000000-0000-4000-8000-000000000000"
    other = said(world, 0, "Bounced", eventType="Microsoft.Communication.EmailEngagementTrackingReportReceived")
    stranger = said(world, 0, "Bounced", "eve@example.com")
    for event in (foreign, other, stranger):
        await note_report(world.services, json.dumps(event).encode())
    assert {state for *_, state in await deliveries(tenant)} == {"sent"}


@pytest.mark.parametrize("text", [b"", b"{", b"%%%", b"[1]", b"{}1"])
async def test_a_message_that_is_no_report_fails_and_is_not_lost(world, text):
    with pytest.raises((ValueError, AttributeError)):
        await note_report(world.services, text)


# --- addresses that cannot be reached


async def test_a_bounced_address_gets_nothing_more_and_the_others_are_told(world, tenant):
    await tenant.set_administrators(ANN, BOB)
    first, second = await two_notices(world)
    await attempt(world, first)
    await note_report(world.services, json.dumps(said(world, 0, "Bounced")).encode())
    await attempt(world, second)
    [_, after] = world.mail.emails
    assert after.to == ("bob@example.com",)
    assert "E-mails to a***@example.com cannot be delivered" in after.text
    assert "ann@example.com" not in after.text + after.html
    assert "ann" not in json.dumps(
        [dict(row.values) for rows in world.notices.partitions.values() for row in rows.values()]
    )


async def test_the_last_address_is_tried_even_if_it_bounced(world, tenant):
    await tenant.set_administrators(ANN)
    first, second = await two_notices(world)
    await attempt(world, first)
    await note_report(world.services, json.dumps(said(world, 0, "Bounced")).encode())
    await attempt(world, second)
    assert len(world.mail.emails) == 2


async def test_saving_the_administrators_again_ends_the_suppression(world, tenant):
    await tenant.set_administrators(ANN, BOB)
    first, second = await two_notices(world)
    await attempt(world, first)
    await note_report(world.services, json.dumps(said(world, 0, "Suppressed")).encode())
    await tenant.set_administrators(ANN, BOB)
    await attempt(world, second)
    assert world.mail.emails[1].to == ("ann@example.com", "bob@example.com")


# --- opting out


async def test_an_administrator_may_decline_kinds_and_a_role_as_a_whole(world, tenant):
    await tenant.set_administrators(
        ANN, {**BOB, "optOutOf": ["lowBalance"]}, {"address": "help@example.com", "roles": ["helpdesk"]}
    )
    await set_alerts(tenant, "50", silentRoles=["helpdesk"])
    await attempt(world, *await two_notices(world))
    assert [email.to for email in world.mail.emails] == [("ann@example.com",), ("ann@example.com", "bob@example.com")]


async def test_one_address_that_the_mail_service_rejects_leaves_a_failed_delivery(world, tenant):
    await tenant.set_administrators(ANN, BOB)
    world.mail.plan("refused", times=2)
    first, _ = await two_notices(world)
    await attempt(world, first, first)
    assert [email.to for email in world.mail.emails] == [("bob@example.com",)]
    [only] = await told(tenant)
    assert (only["delivery"], only["undelivered"], only["recipients"]) == ("failed", 1, 2)
