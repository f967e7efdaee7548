"""Answers that Stripe may give and its stand-in never gives, and the headers of every call."""

import json

import httpx
import pytest
from starlette.responses import JSONResponse

from shared.adapters.stripe.client import ANSWER_SECONDS, CONNECT_SECONDS, StripeAccess
from shared.adapters.stripe.payments import StripePayments
from shared.kernel.ids import AccountId, PaymentId
from shared.kernel.money import Money
from shared.ports import Decline, PaymentOrder, PaymentRefusedError, UnavailableError

ACCOUNT = AccountId("5f0c1f9e-0000-4000-8000-000000000001")
FIFTY = Money.parse("50", "USD")
CARD = {"brand": "visa", "last4": "4242", "exp_year": 2030, "exp_month": 11}


@pytest.fixture
def answers(stand_in, stripe_wire):
    """A function that sets the answer to every later call."""

    def answer(status, **content):
        stripe_wire.switch.app = JSONResponse(content, status)
        return stand_in

    return answer


async def test_a_refusal_without_a_code_gets_the_code_of_the_service(answers):
    stripe = answers(400, error={"type": "invalid_request_error", "message": "No."})
    with pytest.raises(PaymentRefusedError, match=r"^invalid_request$"):
        await stripe.payments.create(PaymentOrder(FIFTY, "cus_1", {}), "key")


async def test_a_refused_cancel_has_the_code_of_the_answer(answers):
    stripe = answers(400, error={"type": "invalid_request_error", "code": "account_invalid", "message": "No."})
    with pytest.raises(PaymentRefusedError, match=r"^account_invalid$"):
        await stripe.payments.cancel(PaymentId("pi_1"))


async def test_a_refused_retrieval_of_a_payment_has_the_code_of_the_answer(answers):
    stripe = answers(400, error={"type": "invalid_request_error", "code": "account_invalid", "message": "No."})
    with pytest.raises(PaymentRefusedError, match=r"^account_invalid$"):
        await stripe.payments.retrieve(PaymentId("pi_1"))


async def test_a_decline_without_a_code_has_its_type_as_code(answers):
    stripe = answers(402, error={"type": "card_error", "message": "No."})
    assert await stripe.cards.store("cus_1", "pm_1", "key") == Decline("card_error")


@pytest.mark.parametrize(
    ("card", "fingerprint"), [({}, "pm_1"), ({"fingerprint": None}, "pm_1"), ({"fingerprint": "f"}, "f")]
)
async def test_a_card_without_a_fingerprint_equals_no_other_card(answers, card, fingerprint):
    stripe = answers(200, id="pm_1", object="payment_method", type="card", customer="cus_1", card={**CARD, **card})
    assert (await stripe.cards.store("cus_1", "pm_1", "key")).fingerprint == fingerprint


@pytest.mark.usefixtures("stand_in")
async def test_an_unsendable_request_has_the_reason_as_its_cause(stripe_wire):
    with pytest.raises(PaymentRefusedError, match=r"^request_not_sendable$") as refused:
        await StripePayments(stripe_wire.access).create(PaymentOrder(FIFTY, "cus_1", {}), "a key\nin two lines")
    assert str(refused.value.__cause__) == "LocalProtocolError"


async def test_headers_contain_nothing_about_this_machine_or_earlier_calls(stand_in):
    for key in ("one", "two"):
        await stand_in.cards.open_customer(ACCOUNT, key)
    for _, _, headers in stand_in.watch.requests:
        assert "x-stripe-client-telemetry" not in headers
        assert not {"telemetry_id", "platform", "hostname"} & set(json.loads(headers["x-stripe-client-user-agent"]))


async def test_the_timeout_of_a_connection_is_shorter_than_that_of_an_answer(monkeypatch):
    waits = []

    async def never(_transport, request):
        waits.append(request.extensions["timeout"])
        raise httpx.ConnectTimeout("nobody there")

    monkeypatch.setattr("httpx.AsyncHTTPTransport.handle_async_request", never)
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.001)
    access = StripeAccess("sk_test_example", None)
    with pytest.raises(UnavailableError):
        await StripePayments(access).retrieve(PaymentId("pi_1"))
    await access.close()
    assert waits == [{"connect": CONNECT_SECONDS, **dict.fromkeys(("read", "write", "pool"), ANSWER_SECONDS)}] * 2
