"""Request limits: too many requests get a wait; call authorisation and webhooks are never limited."""

from dataclasses import replace

import azure.functions as func
import pytest

from functions import _http
from shared.service.http import Reply
from shared.service.operation import Operation
from shared.service.request_limit import RequestLimit
from shared.service.roles import Role
from shared.telemetry.instruments import THROTTLED
from tests.functions.requests import AUTHORISE, MANAGE, READ
from tests.functions.test_routes import CONTRACT, WITH_A_TOKEN, path
from tests.tenant import OTHER, usd


@pytest.fixture
def counted(monkeypatch):
    """The counted refusals by limits."""
    answer = []
    monkeypatch.setattr(THROTTLED, "add", lambda number, attributes: answer.append((number, attributes["limit"])))
    return answer


@pytest.fixture
def narrow(api):
    """A service with a limit of two requests per minute and tenant."""
    seconds = [0.0]
    api.services = replace(api.services, request_limit=RequestLimit(2, lambda: seconds[0]))
    api.seconds = seconds
    return api


@pytest.mark.parametrize("route", [r for r in WITH_A_TOKEN if AUTHORISE not in CONTRACT[r]], ids=" ".join)
async def test_the_request_limit_applies_to_every_route(narrow, tenant, counted, route):
    answers = [await narrow.request(route[0], path(route, tenant.account)) for _ in range(3)]
    assert [answer.status == 429 for answer in answers] == [False, False, True]
    assert (answers[2].code, answers[2].headers["Retry-After"]) == ("too_many_requests", "30")
    assert counted == [(1, "requests")]
    narrow.seconds[0] += 30
    assert (await narrow.request(route[0], path(route, tenant.account))).status != 429


async def test_limits_are_per_tenant_and_forbidden_requests_count(narrow):
    for _ in range(2):
        assert (await narrow.request("GET", "rate-cards", roles=(MANAGE,))).status == 403
    assert (await narrow.request("GET", "rate-cards", roles=(READ,))).status == 429
    assert (await narrow.request("GET", "rate-cards", roles=(READ,), tenant=OTHER)).status == 200


@pytest.mark.usefixtures("narrow")
async def test_call_authorisation_is_never_limited(tenant):
    """The routes do not exist yet, but the limit does."""

    async def authorised(_services, _request):
        return Reply(200, {})

    for _ in range(20):
        request = func.HttpRequest(
            "POST",
            f"https://credits.example/api/v1/accounts/{tenant.account}/calls/x/authorise",
            headers={"Authorization": f"Bearer {AUTHORISE} of {tenant.account}"},
            route_params={"account": tenant.account, "leg": "x"},
            body=b"",
        )
        operation = Operation("authorise", "POST", "v1/x", authorised, Role.AUTHORISE, "Authorise a call", "Call")
        assert (await _http.answer(request, operation)).status_code == 200


async def test_webhooks_are_never_limited(narrow):
    for _ in range(20):
        assert (
            await narrow.request("POST", "webhooks/stripe", body=b"pi_1", headers={"Authorization": ""})
        ).status == 200


async def test_card_testing_is_refused_with_the_right_wait_and_without_effects(api, world, tenant, counted):
    async def buys(number):
        world.payments.next_outcome("lost_card")
        headers = {"Idempotency-Key": f"card {number}"}
        body = {"amount": usd("50"), "paymentMethod": "pm_card_visa"}
        return await api.request("POST", f"accounts/{tenant.account}/purchases", body=body, headers=headers)

    for number in range(10):
        assert (await buys(number)).json["state"] == "declined"
        world.clock.forward(minutes=1)
    before = (len(world.payments.payments), dict(world.ledger.partitions[tenant.account]))
    refused = await buys("eleven")
    assert (refused.status, refused.code) == (429, "too_many_requests")
    assert (len(world.payments.payments), dict(world.ledger.partitions[tenant.account])) == before
    assert counted == [(1, "cardAttempts")]
    card = {"paymentMethod": "pm_card_visa"}
    assert (await api.request("POST", f"accounts/{tenant.account}/payment-methods", body=card)).status == 429
    repeat = await buys(3)
    assert (repeat.status, repeat.headers["Idempotent-Replayed"], repeat.json["state"]) == (201, "true", "declined")
    world.clock.forward(seconds=int(refused.headers["Retry-After"]))
    assert (await buys("eleven")).status == 201
