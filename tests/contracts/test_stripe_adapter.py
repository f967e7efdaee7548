"""The requests to Stripe, and the handling of missing and invalid answers."""

import asyncio
import subprocess
import sys

import pytest
import stripe
from starlette.responses import PlainTextResponse

from shared.adapters.stripe.client import StripeAccess
from shared.adapters.stripe.payments import StripePayments, amount_of, money_of
from shared.kernel.ids import AccountId, CardId, PaymentId
from shared.kernel.money import Money
from shared.ports import (
    Confirmation,
    Decline,
    PaymentOrder,
    PaymentRefusedError,
    PaymentState,
    Presence,
    UnavailableError,
)

ACCOUNT = AccountId("5f0c1f9e-0000-4000-8000-000000000001")
BACK = "https://portal.example/back"


@pytest.fixture
async def card(stand_in):
    return await stand_in.cards.store(await stand_in.cards.open_customer(ACCOUNT, "open"), "pm_card_visa", "card")


@pytest.fixture
async def payment(stand_in, card):
    customer = (await stand_in.get(f"payment_methods/{card.id}")).json()["customer"]
    order = PaymentOrder(Money.parse("50", "USD"), customer, {"account": ACCOUNT, "purpose": "recharge"})
    return (await stand_in.payments.create(order, "account|epoch|7")).id


async def test_a_payment_is_created_with_the_given_key_and_for_cards_only(stand_in, payment):
    line, sent, headers = stand_in.watch.requests[-1]
    assert line == "POST /v1/payment_intents"
    customer = sent.split("customer=")[1].split("&")[0]
    assert sent == (
        f"amount=5000&currency=usd&customer={customer}&metadata[account]={ACCOUNT}&metadata[purpose]=recharge"
        "&allowed_payment_method_types[0]=card"
    )
    assert headers["idempotency-key"] == "account|epoch|7"
    assert headers["stripe-version"] == stripe.api_version
    assert payment.startswith("pi_")


@pytest.mark.parametrize(
    ("buyer", "said"),
    [
        ((Presence.BUYER_ABSENT,), "&off_session=true"),
        ((Presence.BUYER_ABSENT, BACK), "&off_session=true"),
        ((Presence.BUYER_PRESENT, BACK), f"&return_url={BACK}"),
        ((Presence.BUYER_PRESENT,), ""),
    ],
)
async def test_a_confirmation_says_whether_the_buyer_is_present(stand_in, payment, card, buyer, said):
    await stand_in.payments.confirm(Confirmation(payment, card.id, *buyer), "payment|1|card")
    line, sent, headers = stand_in.watch.requests[-1]
    assert (line, sent) == (f"POST /v1/payment_intents/{payment}/confirm", f"payment_method={card.id}{said}")
    assert headers["idempotency-key"] == "payment|1|card"


@pytest.mark.parametrize(
    ("money", "amount"),
    [
        (Money.parse("12.34", "USD"), 1_234),
        (Money.parse("7500", "JPY"), 7_500),  # no minor unit
        (Money.parse("12.340", "KWD"), 12_340),  # three digits
        (Money.parse("5", "ISK"), 500),  # none by ISO 4217, two by Stripe
        (Money.parse("5", "UGX"), 500),
        (Money.parse("500", "MGA"), 500),  # two by ISO 4217, none by Stripe
    ],
)
def test_amounts_are_in_stripes_units(money, amount):
    assert amount_of(money) == amount
    assert money_of(amount, money.currency.lower()) == money


@pytest.mark.parametrize("money", [Money(1, "USD"), Money.parse("0.5", "JPY"), Money.parse("0.01", "MGA")])
def test_an_amount_that_cannot_be_charged_is_not_rounded(money):
    with pytest.raises(PaymentRefusedError, match="amount_not_chargeable"):
        amount_of(money)


async def test_a_request_with_a_lost_answer_is_repeated_with_the_same_key(stand_in, payment, card, monkeypatch):
    monkeypatch.setattr("local.stand_ins.stripe.idempotency.LOST_RESENDS", 0)
    await stand_in.next_outcome("timeout_after")
    await stand_in.payments.confirm(Confirmation(payment, card.id, Presence.BUYER_ABSENT), "payment|1|card")
    assert [line for line, *_ in stand_in.watch.requests].count(f"POST /v1/payment_intents/{payment}/confirm") == 2
    assert await stand_in.charges(payment) == (1, 0)


async def test_a_timeout_leaves_the_outcome_unknown(stand_in, payment, card, monkeypatch):
    monkeypatch.setattr("shared.adapters.stripe.client.ANSWER_SECONDS", 0.15)
    impatient = StripeAccess("sk_test_stand_in", str(stand_in.web.base_url))
    await stand_in.next_outcome("held")
    with pytest.raises(UnavailableError):  # the repeated request may be answered while the first one runs
        await StripePayments(impatient).confirm(Confirmation(payment, card.id, Presence.BUYER_ABSENT), "key")
    await impatient.close()
    async with asyncio.timeout(5):
        while not (await stand_in.web.get("/_control/status")).json()["heldCalls"]:
            pass
    assert (await stand_in.payments.retrieve(payment)).state is PaymentState.UNCONFIRMED
    await stand_in.control("release")
    async with asyncio.timeout(5):
        while (await stand_in.payments.retrieve(payment)).state is not PaymentState.SUCCEEDED:
            pass


@pytest.mark.usefixtures("stand_in")
async def test_an_unreachable_provider_is_an_outage():
    access = StripeAccess("sk_test_stand_in", "http://127.0.0.1:9")
    with pytest.raises(UnavailableError):
        await StripePayments(access).retrieve(PaymentId("pi_1"))
    await access.close()


@pytest.mark.parametrize("status", [200, 404, 409, 429, 502])
async def test_an_answer_that_is_not_from_stripe_is_an_outage(stand_in, stripe_wire, status):
    stripe_wire.switch.app = PlainTextResponse("<html>a gateway on the way</html>", status)
    with pytest.raises(UnavailableError):
        await stand_in.payments.retrieve(PaymentId("pi_1"))


async def test_a_wrong_api_key_raises_an_error_without_a_retry(stand_in):
    access = StripeAccess("sk_test_wrong", str(stand_in.web.base_url))
    with pytest.raises(stripe.AuthenticationError) as raised:
        await StripePayments(access).retrieve(PaymentId("pi_1"))
    await access.close()
    assert "sk_test_wrong" not in repr(raised.value)


async def test_a_missing_customer_or_payment_is_refused_and_not_an_outage(stand_in, card):
    with pytest.raises(PaymentRefusedError, match="resource_missing"):
        await stand_in.cards.store("cus_none", "pm_card_visa", "key 1")
    with pytest.raises(PaymentRefusedError, match="resource_missing"):
        await stand_in.payments.create(PaymentOrder(Money.parse("50", "USD"), "cus_none", {}), "key 2")
    nobodys = Confirmation(PaymentId("pi_none"), card.id, Presence.BUYER_ABSENT)
    assert await stand_in.payments.confirm(nobodys, "key 3") == Decline("resource_missing")
    await stand_in.payments.cancel(PaymentId("pi_none"))
    assert await stand_in.payments.retrieve(PaymentId("pi_none")) is None


async def test_a_card_without_an_id_is_declined_without_a_request(stand_in, payment):
    refusal = await stand_in.payments.confirm(Confirmation(payment, CardId(""), Presence.BUYER_ABSENT), "key")
    assert refusal == Decline("parameter_invalid_empty")
    assert await stand_in.charges(payment) == (0, 0)


@pytest.mark.parametrize("method", ["pm_1\nX-Forged: 1", "pm_1\r", "pm_\u00e9", "pm_\ud800", "pm_\x00"])
async def test_an_unsendable_request_is_refused_at_once_and_not_an_outage(stand_in, payment, method):
    """A purchase of an earlier release may contain such a card, whose id is part of the key, which is a header."""
    confirmation = Confirmation(payment, CardId(method), Presence.BUYER_PRESENT)
    refusal = await stand_in.payments.confirm(confirmation, f"{payment}|1|{method}")
    assert refusal == Decline("request_not_sendable")
    assert await stand_in.charges(payment) == (0, 0)


async def test_a_bug_is_not_treated_as_an_outage(stand_in, payment, card, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("httpx.AsyncClient.request", broken)
    with pytest.raises(ZeroDivisionError):
        await stand_in.payments.confirm(Confirmation(payment, card.id, Presence.BUYER_ABSENT), "key")


FIRST_USE = """
import asyncio, sys
from shared.adapters.stripe.cards import StripeCards
from shared.adapters.stripe.client import StripeAccess
from shared.adapters.stripe.payments import StripePayments, amount_of, money_of
from shared.adapters.stripe.webhooks import StripeWebhooks
from shared.ports import UnavailableError

access = StripeAccess("sk_test_stand_in", "http://127.0.0.1:9")
payments, _, _ = StripePayments(access), StripeCards(access), StripeWebhooks(["whsec"])
assert not {"stripe", "httpx"} & set(sys.modules), "loaded before it is needed"

async def first_call():
    try:
        await payments.retrieve("pi_1")
    except UnavailableError:
        await access.close()

asyncio.run(first_call())
assert "stripe" in sys.modules
"""


def test_the_sdk_is_loaded_at_the_first_call_and_writes_no_files(tmp_path):
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    subprocess.run([sys.executable, "-c", FIRST_USE], env=home, check=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("mode", "is_other"), [(False, False), (True, True), (None, False)])
async def test_a_payment_of_the_other_mode_is_recognised(stand_in, payment, mode, is_other):
    """The stand-in's objects are test objects, and so is its key."""
    access = stand_in.payments._access
    before, access.mode = access.mode, mode
    try:
        assert (await stand_in.payments.retrieve(payment)).is_of_other_mode is is_other
        assert [each.is_of_other_mode async for each in stand_in.payments.since(stand_in.clock.at)] == [is_other]
    finally:
        access.mode = before


async def test_a_payment_that_succeeded_has_stripes_receipt(stand_in, payment, card):
    assert (await stand_in.payments.retrieve(payment)).receipt_url is None
    await stand_in.payments.confirm(Confirmation(payment, card.id, Presence.BUYER_PRESENT), "try 1")
    assert (await stand_in.payments.retrieve(payment)).receipt_url.startswith("https://pay.stripe.com/receipts/")
