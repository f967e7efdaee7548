"""What `./dev call` waits for and shows, against a service that the test plays."""

import json
from dataclasses import dataclass, field

import httpx
import pytest

from local.commands.call_outcome import Booked, Suspended, show, wait_for_outcome
from local.machine.running_instance import RunningInstance
from local.machine.service_client import NoAnswerError, RefusedError, ServiceClient

ACCOUNT = "5f0c1f9e-0000-4000-8000-000000000001"
EVENT = "event-1"
PROBLEM = {"content-type": "application/problem+json"}


def usd(amount):
    return {"amount": amount, "currency": "USD"}


def movement(event=EVENT, **explanation):
    rate = {"card": "default", "prefix": "4420", "perMinute": usd("0.012000"), "connectionFee": usd("0.000000")}
    return {
        "id": "000000000003-000",
        "kind": "debit",
        "amount": usd("-0.024000"),
        "event": {"source": "urn:x", "id": event},
        "startedAt": "2026-11-29T12:00:00Z",
        "explanation": {**rate, "billedSeconds": 120, "freeSeconds": 0, **explanation},
    }


def item(event=EVENT):
    return {"id": "item-1", "reason": "no_rate", "detail": "no prefix", "event": event and {"source": "", "id": event}}


@dataclass
class PlayedService:
    """Answers with what the test has put into it; a page of suspense has one item."""

    movements: list | None = field(default_factory=list)
    suspense: list = field(default_factory=list)
    prefix: str = "4420"
    overdraft: str = "0.000000"

    def __call__(self, request):
        path = request.url.path.removeprefix("/api/v1")
        if path == "/suspense":
            number = int(request.url.params.get("after", "0"))
            is_last = number + 1 >= len(self.suspense)
            items = self.suspense[number : number + 1]
            return httpx.Response(200, json={"items": items, "next": None if is_last else str(number + 1)})
        if path == f"/accounts/{ACCOUNT}/movements":
            if self.movements is None:
                return httpx.Response(404, json={"code": "not_found", "detail": "no such account"}, headers=PROBLEM)
            return httpx.Response(200, json={"items": self.movements, "next": None})
        if path == "/rates/lookup":
            assert json.loads(request.content)["number"] == "+44200000"
            return httpx.Response(200, json={"prefix": self.prefix, "name": "United Kingdom - London"})
        return httpx.Response(200, json={"balance": usd("49.976000"), "overdraft": usd(self.overdraft)})


@pytest.fixture
def client(tmp_path):
    running = RunningInstance("http://here", "storage", "clock", "logs", "issuer", "api", str(tmp_path / "issuer.pem"))

    def connect(service):
        return ServiceClient(running, ACCOUNT, ("Credits.Read",), httpx.MockTransport(service))

    return connect


def outcome_at_once(client, service):
    """The outcome, which must be there without a wait."""
    outcome = wait_for_outcome(client(service), EVENT, 5, lambda _seconds: pytest.fail("waited for nothing"))
    assert outcome is not None
    return outcome


def test_a_booked_call_is_shown_with_amount_reason_and_balance(client, capsys):
    service = PlayedService(movements=[movement("another"), movement()])
    show(outcome_at_once(client, service))
    assert capsys.readouterr().out.splitlines() == [
        "booked    -0.024 USD, as debit 000000000003-000",
        "because   United Kingdom - London (prefix 4420, card default), 0.012 USD a minute, 120 s billed",
        "balance   49.976 USD",
    ]


def test_everything_that_an_explanation_may_have_is_shown(client, capsys):
    more = {"callKind": "international", "pool": "zone-a", "flags": ["not_licensed"], "destination": "London"}
    service = PlayedService(
        movements=[movement(**more, freeSeconds=30, connectionFee=usd("0.100000"))], overdraft="1.500000"
    )
    show(outcome_at_once(client, service))
    _, because, balance = capsys.readouterr().out.splitlines()
    assert because == (
        "because   London (prefix 4420, card default), 0.012 USD a minute, connection fee 0.10 USD, 120 s billed,"
        " 30 s free, international, zone-a, not_licensed"
    )
    assert balance == "balance   49.976 USD, overdraft 1.50 USD"


def test_a_name_of_another_prefix_is_not_shown(client):
    booked = outcome_at_once(client, PlayedService(movements=[movement()], prefix="44200"))
    assert isinstance(booked, Booked)
    assert booked.destination == ""


@pytest.mark.parametrize("movements", [None, [movement("another")]])
def test_a_suspended_call_is_found_on_any_page_and_shown_with_its_reason(client, capsys, movements):
    service = PlayedService(movements=movements, suspense=[item(None), item()])
    outcome = outcome_at_once(client, service)
    assert isinstance(outcome, Suspended)
    show(outcome)
    assert capsys.readouterr().out.splitlines() == [
        "suspense  no_rate: no prefix",
        "item      item-1",
        "next      ./dev credits suspense show item-1",
    ]


def test_the_outcome_is_waited_for(client):
    service, pauses = PlayedService(), []

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 3:
            service.movements = [movement()]

    assert isinstance(wait_for_outcome(client(service), EVENT, 60, pause), Booked)
    assert len(pauses) == 3


def test_the_wait_has_an_end(client):
    assert wait_for_outcome(client(PlayedService()), EVENT, 0, lambda _seconds: None) is None


def test_a_refusal_is_shown_by_code_detail_and_field(client):
    def refuse(_request):
        flaws = [{"pointer": "/name", "detail": "too long"}]
        return httpx.Response(
            400, json={"code": "invalid_request", "detail": "wrong", "errors": flaws}, headers=PROBLEM
        )

    with pytest.raises(RefusedError, match=r"^GET /api/v1/x: 400 invalid_request: wrong; /name: too long$"):
        client(refuse).get("/x")
    with pytest.raises(RefusedError, match=r"^GET /api/v1/x: 502 bad gateway$"):
        client(lambda _request: httpx.Response(502, text="bad gateway")).get("/x")


def test_a_service_that_does_not_answer_is_named(client):
    def refuse(_request):
        raise httpx.ConnectError("refused")

    with pytest.raises(NoAnswerError, match="the service at http://here/api/v1/ does not answer"):
        client(refuse).get("/x")
