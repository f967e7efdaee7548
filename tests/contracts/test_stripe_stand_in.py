"""The HTTP API of the stand-in for Stripe: errors, lists, stored state."""

from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from local.stand_ins.stripe.app import make_app
from tests.contracts.stripe_stand_in import KEY, NEW, NOON, SECRET, SetClock, confirming, error


@pytest.fixture
async def payment(stand_in):
    return (await stand_in.post("payment_intents", NEW)).json()["id"]


@pytest.fixture
async def card(stand_in):
    customer = (await stand_in.post("customers")).json()["id"]
    return (await stand_in.post("payment_methods/pm_card_visa/attach", {"customer": customer})).json()["id"]


# --- refusals


@pytest.mark.parametrize("headers", [{"Authorization": ""}, {"Authorization": "Bearer sk_other"}])
async def test_without_the_api_key_requests_are_rejected(stand_in, headers):
    answer = await stand_in.web.get("/v1/payment_intents", headers=headers)
    assert error(answer)[:2] == (401, "invalid_request_error")


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/coupons"), ("DELETE", "/v1/customers"), ("GET", "/")])
async def test_an_unknown_address_is_a_404_in_json(stand_in, method, path):
    assert error(await stand_in.web.request(method, path))[:2] == (404, "invalid_request_error")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({**NEW, "colour": "red"}, ("parameter_unknown", "colour")),
        ({**NEW, "amount[value]": "1"}, ("parameter_unknown", "amount[value]")),
        ({**NEW, "metadata": "text"}, ("parameter_unknown", "metadata")),
        ({**NEW, "payment_method_types[0]": "card"}, ("parameter_unknown", "payment_method_types[0]")),  # gone in 2026
        ({"currency": "usd"}, ("parameter_missing", "amount")),
        ({**NEW, "amount": "12.5"}, ("parameter_invalid_integer", "amount")),
        ({**NEW, "amount": "0"}, ("parameter_invalid_integer", "amount")),
        ({**NEW, "currency": "USD"}, (None, "currency")),
        ({**NEW, "customer": ""}, ("parameter_invalid_empty", "customer")),
        ({**NEW, "customer": "cus_none"}, ("resource_missing", "customer")),
        ({**NEW, "expand[0]": "colour"}, (None, "expand")),
    ],
)
async def test_invalid_payment_fields_are_named(stand_in, fields, expected):
    assert error(await stand_in.post("payment_intents", fields)) == (400, "invalid_request_error", *expected)


async def test_an_unknown_bound_of_a_time_span_is_rejected(stand_in):
    answer = await stand_in.get("payment_intents", **{"created[since]": "1"})
    assert error(answer)[2:] == ("parameter_unknown", "created[since]")


@pytest.mark.parametrize("path", ["customers/cus_0", "payment_methods/pm_0", "payment_intents/pi_0", "charges/ch_0"])
async def test_a_missing_object_is_a_404(stand_in, path):
    assert error(await stand_in.get(path))[0:3:2] == (404, "resource_missing")


async def test_a_decline_shows_the_payment_and_its_failed_charge(stand_in, payment, card):
    await stand_in.next_outcome("lost_card")
    refused = (await confirming(stand_in, payment)).json()["error"]
    assert (refused["type"], refused["code"], refused["decline_code"]) == ("card_error", "card_declined", "lost_card")
    assert refused["payment_intent"]["status"] == "requires_payment_method"
    assert refused["payment_intent"]["last_payment_error"]["payment_method"]["object"] == "payment_method"
    charge = (await stand_in.get(f"charges/{refused['charge']}")).json()
    assert (charge["status"], charge["paid"], charge["failure_code"]) == ("failed", False, "card_declined")
    assert charge["outcome"]["advice_code"] == "do_not_try_again"
    assert card


async def test_a_card_that_requires_authentication_redirects_to_the_bank(stand_in, payment):
    asking = "pm_card_authenticationRequired"
    asked = await confirming(stand_in, payment, "key", asking, return_url="https://portal.example/back")
    assert asked.json()["next_action"]["redirect_to_url"]["return_url"] == "https://portal.example/back"
    other = (await stand_in.post("payment_intents", NEW)).json()["id"]
    assert (await confirming(stand_in, other, "other", asking)).json()["next_action"]["type"] == "use_stripe_sdk"


async def test_a_card_is_attached_once_and_never_again_after_detaching(stand_in, card):
    owner = (await stand_in.get(f"payment_methods/{card}")).json()["customer"]
    answer = await stand_in.post(f"payment_methods/{card}/attach", {"customer": owner})
    assert error(answer)[0:3:2] == (400, "payment_method_unexpected_state")
    assert (await stand_in.get(f"customers/{owner}/payment_methods")).json()["data"][0]["id"] == card
    assert (await stand_in.post(f"payment_methods/{card}/detach")).json()["customer"] is None
    answer = await stand_in.post(f"payment_methods/{card}/detach")
    assert error(answer)[0:3:2] == (400, "payment_method_unexpected_state")
    assert (await stand_in.get(f"customers/{owner}/payment_methods")).json()["data"] == []


# --- lists and expansion


async def test_payments_are_listed_newest_first_and_in_pages(stand_in):
    made = [(await stand_in.post("payment_intents", NEW)).json()["id"] for _ in range(5)]
    first = (await stand_in.get("payment_intents", limit=3)).json()
    assert ([each["id"] for each in first["data"]], first["has_more"]) == (made[:1:-1], True)
    rest = (await stand_in.get("payment_intents", limit=3, starting_after=made[2])).json()
    assert ([each["id"] for each in rest["data"]], rest["has_more"]) == (made[1::-1], False)


async def test_payments_are_listed_by_customer_and_time(stand_in):
    customer = (await stand_in.post("customers")).json()["id"]
    early = (await stand_in.post("payment_intents", {**NEW, "customer": customer})).json()
    stand_in.clock.at += timedelta(hours=1)
    late = (await stand_in.post("payment_intents", {**NEW, "customer": customer})).json()
    await stand_in.post("payment_intents", NEW)

    async def listed(**query):
        return [each["id"] for each in (await stand_in.get("payment_intents", **query)).json()["data"]]

    assert await listed(customer=customer) == [late["id"], early["id"]]
    assert await listed(customer=customer, **{"created[gte]": late["created"]}) == [late["id"]]
    assert await listed(customer=customer, **{"created[lt]": late["created"]}) == [early["id"]]
    assert await listed(customer=customer, created=early["created"]) == [early["id"]]


async def test_an_object_that_is_not_expanded_stays_an_id(stand_in, payment):
    await confirming(stand_in, payment)
    plain = (await stand_in.get(f"payment_intents/{payment}")).json()
    assert isinstance(plain["latest_charge"], str)
    assert isinstance(plain["payment_method"], str)
    fields = {"expand[0]": "latest_charge", "expand[1]": "payment_method"}
    whole = (await stand_in.get(f"payment_intents/{payment}", **fields)).json()
    assert whole["latest_charge"]["id"] == plain["latest_charge"]
    assert whole["payment_method"]["card"]["last4"] == "4242"
    listed = (await stand_in.get("payment_intents", **{"expand[0]": "data.latest_charge"})).json()
    assert listed["data"][0]["latest_charge"]["amount"] == 5000


# --- the control page, and what is kept


async def test_the_control_page_is_served(stand_in):
    page = await stand_in.web.get("/_control")
    assert page.headers["content-type"].startswith("text/html")
    assert "Stand-in for Stripe" in page.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("outcome", {"outcome": "rain"}),
        ("outcome", {"outcome": "lost_card", "on": "create"}),
        ("outcome", {"outcome": "lost_card", "times": 0}),
        ("webhooks", {"mode": "pigeon"}),
        ("payments/pi_0/resolve", {"outcome": "succeed"}),
        ("cards/pm_0/expiry", {"year": 2027, "month": 1}),
    ],
)
async def test_an_impossible_outcome_is_rejected(stand_in, path, body):
    answer = await stand_in.web.post(f"/_control/{path}", json=body)
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["message"]


async def test_an_ended_payment_cannot_be_resolved(stand_in, payment):
    await confirming(stand_in, payment)
    answer = await stand_in.web.post(f"/_control/payments/{payment}/resolve", json={"outcome": "succeed"})
    assert answer.status_code == 400


async def test_an_outcome_for_one_card_does_not_affect_others(stand_in, payment, card):
    await stand_in.control("outcome", outcome="expired_card", card=card)
    assert (await confirming(stand_in, payment)).status_code == 200
    assert (await stand_in.web.get("/_control/status")).json()["asked"][0]["card"] == card
    await stand_in.web.delete("/_control/outcome")
    assert (await stand_in.web.get("/_control/status")).json()["asked"] == []


@asynccontextmanager
async def one_run(file):
    app = make_app(clock=SetClock(NOON), api_key=KEY, webhook_secret=SECRET, webhook_address=None, file=file)
    headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "key"}
    web = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://stripe", headers=headers)
    async with app.router.lifespan_context(app), web:
        yield web


async def test_payments_and_keys_are_stored_between_runs(tmp_path):
    file = tmp_path / "kept" / "stripe.json"
    async with one_run(file) as web:
        first = await web.post("/v1/payment_intents", data=NEW)
    async with one_run(file) as web:
        again = await web.post("/v1/payment_intents", data=NEW)
        listed = (await web.get("/v1/payment_intents")).json()["data"]
    assert again.content == first.content
    assert [each["id"] for each in listed] == [first.json()["id"]]
    assert [each.name for each in file.parent.iterdir()] == ["stripe.json"]
