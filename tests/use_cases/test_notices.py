"""E-mails to administrators: one per group with the same locale, once for any number of deliveries (R18, R19)."""

import json
from dataclasses import replace

import pytest

from shared.notices.administrators import administrator_of
from shared.notices.recipients import readers_of
from shared.posting.decision import event
from shared.posting.journal.keys import MARKER
from shared.service.http import ProblemError
from shared.use_cases.notices.send_notice import send_notice
from shared.views.settings import read_administrators
from tests.fakes.world import ACCOUNT
from tests.tenant import BOSTON, OTHER, Tenant, call, code_of, report

ANN = {"address": "ann@example.com", "roles": ["billing", "global"]}
BOB = {"address": "bob@example.com", "roles": ["teams"]}
CLAIRE = {"address": "claire@example.com", "roles": ["user"], "locale": "en-GB"}
DAVE = {"address": "dave@example.com", "roles": ["helpdesk"], "timeZone": "Asia/Tokyo"}


@pytest.fixture
async def tenant(tenant):
    """An account with a dollar that the next call spends."""
    await tenant.grant("1")
    return tenant


async def notice(world):
    """Bring the balance to zero; return the notice's queue message."""
    await report(world, call(called=BOSTON, seconds=600))
    ((queue, text),) = world.queues.waiting
    assert queue == "notices"
    world.queues.waiting.clear()
    return text.encode()


def readers(world):
    return sorted(email.to for email in world.mail.emails)


async def test_an_account_without_a_name_is_called_by_its_id(world, tenant):
    await tenant.set_administrators(ANN)
    await send_notice(world.services, await notice(world))
    (email,) = world.mail.emails
    assert f"Account: {ACCOUNT}" in email.text


async def test_an_account_is_called_by_the_organisations_name(world):
    named = Tenant(world, OTHER)
    await named.open(name="Contoso")
    await named.grant("1")
    await named.set_administrators(ANN)
    await report(world, call(account=OTHER, called=BOSTON, seconds=600))
    await world.drain()
    (email,) = world.mail.emails
    assert "Account: Contoso" in email.text
    assert "administrator of Contoso" in email.html
    assert OTHER not in email.text + email.html


async def test_an_email_links_to_the_configured_portal(world, tenant):
    await tenant.set_administrators(ANN)
    rules = replace(world.services.rules, portal="https://portal.example")
    await send_notice(replace(world.services, rules=rules), await notice(world))
    assert '<a href="https://portal.example"' in world.mail.emails[0].html


async def test_recipients_with_an_unsupported_language_share_the_english_email(world, tenant):
    await tenant.set_administrators(ANN, {**CLAIRE, "locale": "de-DE"})
    await send_notice(world.services, await notice(world))
    (email,) = world.mail.emails
    assert email.to == ("ann@example.com", "claire@example.com")
    assert "Overdraft: $4.10" in email.text


async def test_recipients_with_the_same_locale_share_an_email(world, tenant):
    await tenant.set_administrators(BOB, CLAIRE, DAVE, ANN)
    await send_notice(world.services, await notice(world))
    assert readers(world) == [
        ("ann@example.com", "bob@example.com"),
        ("claire@example.com",),
        ("dave@example.com",),
    ]


async def test_a_repeated_message_sends_no_email(world, tenant):
    await tenant.set_administrators(ANN, CLAIRE)
    text = await notice(world)
    for services in (world.services, world.process(), world.services):
        await send_notice(services, text)
    assert len(readers(world)) == 2


@pytest.mark.parametrize("outcome", ["throttled", "error_500"])
async def test_only_recipients_that_were_not_reached_are_retried(world, tenant, outcome):
    await tenant.set_administrators(ANN, CLAIRE, DAVE)
    text = await notice(world)
    send = world.mail.send
    sent = []

    async def second_fails(email, delivery):
        sent.append(email)
        if len(sent) == 2:
            world.mail.plan(outcome)
        await send(email, delivery)

    world.mail.send = second_fails
    with pytest.raises(Exception, match=outcome):
        await send_notice(world.services, text)
    await send_notice(world.services, text)
    assert readers(world) == [("ann@example.com",), ("claire@example.com",), ("dave@example.com",)]


async def test_a_repeat_after_a_lost_answer_carries_the_same_delivery(world, tenant):
    await tenant.set_administrators(ANN)
    world.mail.plan("timeout")
    text = await notice(world)
    with pytest.raises(Exception, match="timeout"):
        await send_notice(world.services, text)
    await send_notice(world.services, text)
    first, second = (delivery for _, delivery in world.mail.sent)
    assert first == second


async def test_a_refused_address_does_not_prevent_the_email_to_others(world, tenant):
    await tenant.set_administrators(ANN, BOB)
    world.mail.plan("refused", times=2)  # both together, then only the first
    text = await notice(world)
    for _ in range(2):
        await send_notice(world.services, text)
    assert readers(world) == [("bob@example.com",)]


async def test_administrators_who_opted_out_are_not_notified(world, tenant):
    await tenant.set_administrators(ANN, {**BOB, "optOut": True})
    await send_notice(world.services, await notice(world))
    assert readers(world) == [("ann@example.com",)]


@pytest.mark.usefixtures("tenant")
async def test_without_administrators_no_email_is_sent_and_nothing_waits(world):
    await send_notice(world.services, await notice(world))
    assert readers(world) == []
    assert await world.audit() == []


async def test_a_failing_email_never_stops_bookings(world, tenant):
    await tenant.set_administrators(ANN)
    world.mail.plan("error_500", times=100)
    await report(world, call(called=BOSTON, seconds=600))
    await report(world, call("another", called=BOSTON, seconds=600))
    assert len(await tenant.booked("debit")) == 2


# --- whom to notify


async def test_administrators_are_set_with_the_etag_that_was_read(tenant):
    read = await tenant.request(read_administrators)
    assert (read.value, bool(read.headers["ETag"])) == ([], True)
    written = await tenant.set_administrators({"address": "ann@example.com", "roles": ["Company Administrator"]})
    assert written.value == [{"address": "ann@example.com", "roles": ["global"], "optOut": False}]
    again = await tenant.request(read_administrators)
    assert (again.value, again.headers) == (written.value, written.headers)
    assert await code_of(tenant.set_administrators(BOB, etag=read.headers["ETag"])) == "stale"
    assert await code_of(tenant.set_administrators(BOB, etag="")) == "precondition_required"


@pytest.mark.parametrize(
    ("entries", "pointer"),
    [
        ([{"address": "ann", "roles": ["billing"]}], "/0/address"),
        ([{**ANN, "roles": []}], "/0/roles"),
        ([ANN, {**BOB, "roles": ["king"]}], "/1/roles/0"),
        ([{**ANN, "locale": "xx-YY-zz"}], "/0/locale"),
        ([{**ANN, "timeZone": "Mars"}], "/0/timeZone"),
        ([{**ANN, "optOut": True}], ""),  # at least one recipient
        ([], ""),
        ([ANN, ANN], "/1/address"),
        ([{**ANN, "phone": "1"}], "/0/phone"),
    ],
)
async def test_an_invalid_list_is_rejected_completely_with_a_pointer(tenant, entries, pointer):
    with pytest.raises(ProblemError, match="as described") as raised:
        await tenant.set_administrators(*entries)
    assert [flaw.pointer for flaw in raised.value.flaws] == [pointer]
    assert (await tenant.request(read_administrators)).value == []


@pytest.mark.usefixtures("tenant")
async def test_a_notice_without_recipients_is_logged_with_the_reason(world, caplog):
    await report(world, call(called=BOSTON, seconds=600))
    await world.drain()
    assert world.mail.emails == []
    assert "reaches nobody: no administrators are set" in caplog.text


async def test_the_identity_of_a_delivery_stays_the_same_across_releases(world, tenant):
    """With another identity, an e-mail that was sent before a deployment would be sent again after it."""
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await report(world, call(called=BOSTON, seconds=600))
    [notice] = [json.loads(text) for queue, text in world.queues.waiting if queue == "notices"]
    await world.drain()
    [ann] = readers_of(
        [administrator_of({"address": "ann@example.com", "roles": ["billing"]})], locale="en", time_zone="UTC"
    )
    name = event("notice", tenant.account, notice["id"], ann.identity, content="")
    assert MARKER + name.key in world.ledger.partitions[tenant.account]
