"""The contract of the port `Mail`, for the fake and for the real client with the stand-in."""

import base64
import json
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from local.stand_ins.email.app import make_app
from shared.adapters import acs_email
from shared.notices.recipients import READERS_MAX
from shared.ports import MailRefusedError, MailThrottledError, UnavailableError
from tests.contracts.acs_contract import Contract
from tests.contracts.mail_providers import KEY, SENDER, ContractMonitor, InMemory, Noon, OnTheWire, SwitchedApp, email
from tests.reference import reference
from tests.serving import serving


@pytest.fixture(scope="module")
async def switched_app():
    app = SwitchedApp()
    async with serving(app) as app.address:
        yield app


@pytest.fixture
async def wire(switched_app, tmp_path):
    switched_app.app = ContractMonitor(make_app(Noon(), KEY, tmp_path / "mail"))
    provider = OnTheWire(switched_app.address, switched_app.app)
    yield provider
    await provider.close()


@pytest.fixture(params=["fake", "real"])
def provider(request):
    return InMemory() if request.param == "fake" else request.getfixturevalue("wire")


async def test_an_email_is_delivered_to_its_recipient(provider):
    await provider.mail.send(email("ann@contoso.com"), uuid4())
    assert await provider.readers() == [["ann@contoso.com"]]


async def test_an_email_is_delivered_to_the_maximum_number_of_recipients(provider):
    readers = sorted(f"reader{number}@contoso.com" for number in range(READERS_MAX))
    await provider.mail.send(email(*readers), uuid4())
    assert await provider.readers() == [readers]


@pytest.mark.parametrize("outcome", ["throttled", "error_500"])
async def test_after_a_temporary_error_the_same_delivery_may_be_retried(provider, outcome):
    delivery = uuid4()
    await provider.plan(outcome)
    with pytest.raises(UnavailableError):
        await provider.mail.send(email(), delivery)
    assert await provider.readers() == []
    provider.wait()
    await provider.mail.send(email(), delivery)
    assert await provider.readers() == [["ann@contoso.com"]]


async def test_a_throttled_email_was_not_sent(provider):
    await provider.plan("throttled")
    with pytest.raises(MailThrottledError):
        await provider.mail.send(email(), uuid4())
    assert await provider.readers() == []


async def test_after_a_429_the_service_is_not_asked_before_the_pause_is_over(wire):
    """Refused requests count against the limit, too."""
    await wire.plan("throttled")
    for _ in range(3):
        with pytest.raises(MailThrottledError):
            await wire.mail.send(email(), uuid4())
    assert len(wire.watch.exchanges) == 1
    wire.wait()
    await wire.mail.send(email(), uuid4())
    assert [start["status"] for _, _, (start, *_) in wire.watch.exchanges] == [429, 202]


async def test_an_email_that_may_be_declined_says_where(wire):
    await wire.mail.send(replace(email(), unsubscribe="https://portal.example/a?b"), uuid4())
    [(_, body, _)] = wire.watch.exchanges
    assert json.loads(body)["headers"] == {"List-Unsubscribe": "<https://portal.example/a?b>"}


async def test_an_email_with_a_lost_answer_may_have_been_sent(provider, monkeypatch):
    monkeypatch.setattr(acs_email, "READ_SECONDS", 0.1)
    await provider.plan("timeout")
    with pytest.raises(UnavailableError):
        await provider.mail.send(email(), uuid4())
    assert await provider.readers() == [["ann@contoso.com"]]


async def test_the_same_delivery_sent_twice_may_arrive_twice(provider):
    delivery = uuid4()
    await provider.mail.send(email(), delivery)
    await provider.mail.send(email(), delivery)
    assert await provider.readers() == [["ann@contoso.com"]] * 2


async def test_a_permanently_rejected_email_is_refused(provider):
    await provider.plan("refused")
    with pytest.raises(MailRefusedError):
        await provider.mail.send(email(), uuid4())
    assert await provider.readers() == []


async def test_one_attempt_is_one_request(wire):
    await wire.plan("throttled", times=3)
    for _ in range(3):
        with pytest.raises(UnavailableError):
            await wire.mail.send(email(), uuid4())
        wire.wait()
    await wire.mail.send(email(), uuid4())
    assert [start["status"] for _, _, (start, *_) in wire.watch.exchanges] == [429, 429, 429, 202]


async def test_an_email_is_sent_unchanged_with_its_delivery_id(wire):
    delivery = UUID(int=7)
    await wire.mail.send(email(), delivery)
    [accepted] = (await wire.web.get("/messages")).json()
    assert {name: accepted[name] for name in ("to", "subject", "text", "html", "at", "operation", "repeat")} == {
        "to": ["ann@contoso.com"],
        "subject": email().subject,
        "text": email().text,
        "html": email().html,
        "at": "2026-11-22T12:00:00Z",
        "operation": str(delivery),
        "repeat": 0,
    }


async def test_recipients_do_not_see_each_others_addresses(wire):
    await wire.mail.send(email("ann@contoso.com", "bo@contoso.com"), uuid4())
    [(_, body, _)] = wire.watch.exchanges
    assert json.loads(body)["recipients"] == {
        "to": [{"address": SENDER}],
        "bcc": [{"address": "ann@contoso.com"}, {"address": "bo@contoso.com"}],
    }


async def test_a_repeated_delivery_is_recognised(wire):
    for _ in range(3):
        await wire.mail.send(email(), UUID(int=7))
    await wire.mail.send(email(), UUID(int=8))
    assert [accepted["repeat"] for accepted in (await wire.web.get("/messages")).json()] == [0, 1, 2, 0]


@pytest.mark.parametrize("address", ["not an address", "a@b\r\nBcc: all@contoso.com"])
async def test_an_invalid_address_is_rejected_by_the_mail_service(wire, address):
    with pytest.raises(MailRefusedError):
        await wire.mail.send(email(address), uuid4())


async def test_a_wrong_key_is_an_outage_so_that_no_email_is_lost(wire):
    unknown_sender = wire.connect(base64.b64encode(b"another key").decode())
    with pytest.raises(UnavailableError, match=r"^mail: 401"):
        await unknown_sender.send(email(), uuid4())
    await unknown_sender.close()
    assert await wire.readers() == []


async def test_a_refused_email_contains_the_services_answer(wire):
    with pytest.raises(MailRefusedError, match=r"^mail: 400 \w+"):
        await wire.mail.send(email("no address"), uuid4())


async def test_a_single_recipient_is_in_to_and_the_sender_gets_no_copy(wire):
    await wire.mail.send(email("ann@contoso.com"), uuid4())
    [(_, body, _)] = wire.watch.exchanges
    assert json.loads(body)["recipients"] == {"to": [{"address": "ann@contoso.com"}]}


async def test_opening_an_email_is_not_tracked(wire):
    await wire.mail.send(email(), uuid4())
    [(_, body, _)] = wire.watch.exchanges
    assert json.loads(body)["userEngagementTrackingDisabled"] is True


@pytest.mark.parametrize("strict", [False, True], ids=["as published", "nothing beyond it"])
async def test_requests_and_answers_match_the_published_contract(wire, strict, monkeypatch):
    contract = Contract(json.loads(reference("contracts/acs-email-contract.json").read_text()), strict=strict)
    monkeypatch.setattr(acs_email, "READ_SECONDS", 0.1)
    for outcome in ("throttled", "error_500", "refused"):
        await wire.plan(outcome)
        with pytest.raises((UnavailableError, MailRefusedError)):
            await wire.mail.send(email(), uuid4())
        wire.wait()
    with pytest.raises(MailRefusedError):
        await wire.mail.send(email("nobody"), uuid4())
    unknown_sender = wire.connect(base64.b64encode(b"another key").decode())
    with pytest.raises(UnavailableError, match=r"^mail: 401"):
        await unknown_sender.send(email(), uuid4())
    await unknown_sender.close()
    await wire.mail.send(email("ann@contoso.com", "bo@contoso.com"), uuid4())
    await wire.mail.send(email(), UUID(int=7))
    client = wire.mail._connected()
    poller = await client.begin_send(wire.mail._message(email()), polling_interval=0.01)
    assert (await poller.result())["status"] == "Succeeded"
    assert {start["status"] for _, _, (start, *_) in wire.watch.exchanges} == {200, 202, 400, 401, 429, 500}
    assert list(wire.watch.faults(contract)) == []
