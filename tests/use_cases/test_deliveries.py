"""What became of e-mails: the list of deliveries, throttling, digests, kinds that are declined (R18)."""

import json

import pytest

from shared.ports import UnavailableError
from shared.use_cases.notices.send_notice import send_notice
from tests.alerts import set_alerts, told
from tests.use_cases.mailing import ANN, BOB, YUKI, attempt, deliveries, two_notices, want_notices


@pytest.fixture
async def tenant(tenant):
    await want_notices(tenant)
    return tenant


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
