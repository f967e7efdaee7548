"""E-mails to administrators: in groups that read alike, once each, whatever is delivered how often (R18, R19)."""

import json

import pytest

from shared.notices.administrators import administrator_of
from shared.notices.recipients import readers_of
from shared.posting.decision import event
from shared.posting.journal.keys import MARKER
from shared.service.http import ProblemError
from shared.use_cases.notices.send_notice import send_notice
from shared.views.settings import read_administrators
from tests.tenant import BOSTON, call, code_of, report

ANN = {"address": "ann@example.com", "roles": ["billing", "global"]}
BOB = {"address": "bob@example.com", "roles": ["teams"]}
CLAIRE = {"address": "claire@example.com", "roles": ["user"], "locale": "en-GB"}
DAVE = {"address": "dave@example.com", "roles": ["helpdesk"], "timeZone": "Asia/Tokyo"}


@pytest.fixture
async def tenant(tenant):
    """With a dollar that the next call spends."""
    await tenant.grant("1")
    return tenant


async def notice(world):
    """The balance reaches zero: the message that waits in the queue."""
    await report(world, call(called=BOSTON, seconds=600))
    ((queue, text),) = world.queues.waiting
    assert queue == "notices"
    world.queues.waiting.clear()
    return text.encode()


def readers(world):
    return sorted(email.to for email in world.mail.emails)


async def test_those_who_read_alike_share_an_email(world, tenant):
    await tenant.tell_administrators(BOB, CLAIRE, DAVE, ANN)
    await send_notice(world.services, await notice(world))
    assert readers(world) == [
        ("ann@example.com", "bob@example.com"),
        ("claire@example.com",),
        ("dave@example.com",),
    ]


async def test_a_message_that_arrives_again_sends_nothing(world, tenant):
    await tenant.tell_administrators(ANN, CLAIRE)
    text = await notice(world)
    for services in (world.services, world.process(), world.services):
        await send_notice(services, text)
    assert len(readers(world)) == 2


@pytest.mark.parametrize("outcome", ["throttled", "error_500"])
async def test_who_was_not_reached_is_tried_again_and_who_was_is_not(world, tenant, outcome):
    await tenant.tell_administrators(ANN, CLAIRE, DAVE)
    text = await notice(world)
    await_sent = world.mail.send
    sent = []

    async def second_fails(email, delivery):
        sent.append(email)
        if len(sent) == 2:
            world.mail.plan(outcome)
        await await_sent(email, delivery)

    world.mail.send = second_fails
    with pytest.raises(Exception, match=outcome):
        await send_notice(world.services, text)
    await send_notice(world.services, text)
    assert readers(world) == [("ann@example.com",), ("claire@example.com",), ("dave@example.com",)]


async def test_a_repeat_after_a_lost_answer_carries_the_same_delivery(world, tenant):
    await tenant.tell_administrators(ANN)
    world.mail.plan("timeout")
    text = await notice(world)
    with pytest.raises(Exception, match="timeout"):
        await send_notice(world.services, text)
    await send_notice(world.services, text)
    first, second = (delivery for _, delivery in world.mail.sent)
    assert first == second


async def test_one_address_that_is_refused_keeps_the_email_from_nobody_else(world, tenant):
    await tenant.tell_administrators(ANN, BOB)
    world.mail.plan("refused", times=2)  # both together, then the first alone
    text = await notice(world)
    for _ in range(2):
        await send_notice(world.services, text)
    assert readers(world) == [("bob@example.com",)]


async def test_who_opted_out_is_not_told(world, tenant):
    await tenant.tell_administrators(ANN, {**BOB, "optOut": True})
    await send_notice(world.services, await notice(world))
    assert readers(world) == [("ann@example.com",)]


@pytest.mark.usefixtures("tenant")
async def test_without_administrators_nobody_is_told_and_nothing_waits(world):
    await send_notice(world.services, await notice(world))
    assert readers(world) == []
    assert await world.audit() == []


async def test_an_email_never_stops_money(world, tenant):
    await tenant.tell_administrators(ANN)
    world.mail.plan("error_500", times=100)
    await report(world, call(called=BOSTON, seconds=600))
    await report(world, call("another", called=BOSTON, seconds=600))
    assert len(await tenant.booked("debit")) == 2


# --- who is told


async def test_the_list_is_set_under_the_etag_that_was_read(tenant):
    read = await tenant.ask(read_administrators)
    assert (read.value, bool(read.headers["ETag"])) == ([], True)
    written = await tenant.tell_administrators({"address": "ann@example.com", "roles": ["Company Administrator"]})
    assert written.value == [{"address": "ann@example.com", "roles": ["global"], "optOut": False}]
    again = await tenant.ask(read_administrators)
    assert (again.value, again.headers) == (written.value, written.headers)
    assert await code_of(tenant.tell_administrators(BOB, etag=read.headers["ETag"])) == "stale"
    assert await code_of(tenant.tell_administrators(BOB, etag="")) == "precondition_required"


@pytest.mark.parametrize(
    ("entries", "pointer"),
    [
        ([{"address": "ann", "roles": ["billing"]}], "/0/address"),
        ([{**ANN, "roles": []}], "/0/roles"),
        ([ANN, {**BOB, "roles": ["king"]}], "/1/roles/0"),
        ([{**ANN, "locale": "xx-YY-zz"}], "/0/locale"),
        ([{**ANN, "timeZone": "Mars"}], "/0/timeZone"),
        ([{**ANN, "optOut": True}], ""),  # never below one recipient
        ([], ""),
        ([ANN, ANN], "/1/address"),
        ([{**ANN, "phone": "1"}], "/0/phone"),
    ],
)
async def test_a_list_that_is_wrong_is_refused_whole_and_its_flaw_named(tenant, entries, pointer):
    with pytest.raises(ProblemError, match="as described") as told:
        await tenant.tell_administrators(*entries)
    assert [flaw.pointer for flaw in told.value.flaws] == [pointer]
    assert (await tenant.ask(read_administrators)).value == []


@pytest.mark.usefixtures("tenant")
async def test_a_notice_that_reaches_nobody_says_why(world, caplog):
    await report(world, call(called=BOSTON, seconds=600))
    await world.drain()
    assert world.mail.emails == []
    assert "reaches nobody: no administrators are set" in caplog.text


async def test_an_email_is_remembered_under_a_name_that_no_release_changes(world, tenant):
    """Under another name an e-mail that was sent before a deployment would be sent again behind it."""
    await tenant.tell_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await report(world, call(called=BOSTON, seconds=600))
    [told] = [json.loads(text) for queue, text in world.queues.waiting if queue == "notices"]
    await world.drain()
    [ann] = readers_of(
        [administrator_of({"address": "ann@example.com", "roles": ["billing"]})], locale="en", time_zone="UTC"
    )
    name = event("notice", tenant.account, told["id"], ann.identity, content="")
    assert MARKER + name.key in world.ledger.partitions[tenant.account]
