"""The contract of the port `Webhooks`: the signature is verified before the body is parsed for its payment."""

import hmac
import json
import time
from pathlib import Path

import pytest

from shared.adapters.stripe.client import mode_of
from shared.adapters.stripe.webhooks import EVENTS, StripeWebhooks
from shared.kernel.ids import PaymentId
from shared.kernel.money import Money
from shared.ports import BadSignatureError, NewsKind, OtherModeError, PaymentNews, SetupNews, UnreadableNewsError
from tests.contracts.stripe_stand_in import SECRET


def event(kind="payment_intent.succeeded", **about):
    return {"object": "event", "type": kind, "data": {"object": {"id": "pi_1", "object": "payment_intent", **about}}}


def signed(body, secret=SECRET, age=0, scheme="v1"):
    return signed_bytes(json.dumps(body).encode(), secret, age, scheme)


def signed_bytes(text, secret=SECRET, age=0, scheme="v1"):
    at = int(time.time()) - age  # noqa: TID251 - a signature carries the real time
    return text, f"t={at},{scheme}={hmac.new(secret.encode(), b'%d.' % at + text, 'sha256').hexdigest()}"


def payment_of(news, *secrets):
    found = StripeWebhooks(secrets or [SECRET]).news_of(*news)
    assert found is None or isinstance(found, PaymentNews)
    return found and found.payment


def news_of(news):
    return StripeWebhooks([SECRET]).news_of(*signed(news))


@pytest.mark.parametrize(
    ("news", "payment"),
    [
        (event("payment_intent.succeeded"), "pi_1"),
        (event("payment_intent.payment_failed"), "pi_1"),
        (event("charge.succeeded", id="ch_1", payment_intent="pi_2"), "pi_2"),
        (event("charge.dispute.created", id="dp_1", payment_intent="pi_2"), "pi_2"),
        (event("charge.refunded", id="ch_1", payment_intent="pi_2"), "pi_2"),
        (event("charge.succeeded", id="ch_1", payment_intent=None), None),
        (event("charge.succeeded", id="ch_1", payment_intent={"id": "pi_2"}), None),
        (event("payment_intent.created"), None),
        (event("payment_method.attached", id="pm_1"), None),
        (event("customer.created", id="cus_1"), None),
        (event("invoice.paid", id="in_1", payment_intent="pi_2"), None),
        ({"object": "v2.core.event", "type": "v1.billing.meter.error"}, None),
    ],
)
def test_a_webhook_contains_its_payment(news, payment):
    assert payment_of(signed(news)) == payment


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("charge.refunded", "charge"),
        ("charge.refund.updated", "refund"),
        ("refund.created", "refund"),
        ("refund.failed", "refund"),
        ("charge.dispute.created", "dispute"),
        ("charge.dispute.funds_withdrawn", "dispute"),
        ("radar.early_fraud_warning.created", "radar.early_fraud_warning"),
    ],
)
def test_news_of_money_that_goes_back_has_no_metadata(kind, named):
    about = {"id": "x_1", "object": named, "payment_intent": "pi_2", "amount": 5000, "currency": "usd"}
    found = news_of(event(kind, **about, metadata={"account": "another"}))
    assert found == PaymentNews(PaymentId("pi_2"), kind=NewsKind.MONEY_BACK)


@pytest.mark.parametrize("kind", ["refund.created", "radar.early_fraud_warning.created"])
def test_money_back_of_a_charge_without_a_payment_intent_is_no_news(kind):
    assert news_of(event(kind, id="x_1", payment_intent=None)) is None


def test_a_webhook_contains_its_card_setup():
    found = news_of(event("setup_intent.succeeded", id="seti_1", object="setup_intent", metadata={"account": "a"}))
    assert found == SetupNews("seti_1", {"account": "a"})


def test_the_guide_to_deployment_names_every_event():
    guide = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text()
    assert [each for each in EVENTS if f"`{each}`" not in guide] == []


METADATA = {"account": "a", "purpose": "purchase"}
ABOUT = {"amount": 5000, "currency": "usd", "metadata": METADATA}


@pytest.mark.parametrize("news", [event(**ABOUT), event("charge.succeeded", payment_intent="pi_1", **ABOUT)])
def test_a_webhook_contains_the_metadata_and_the_money_of_its_payment(news):
    found = StripeWebhooks([SECRET]).news_of(*signed(news))
    assert found == PaymentNews(PaymentId("pi_1"), METADATA, Money.parse("50", "USD"))


@pytest.mark.parametrize("odd", [{"metadata": None}, {"amount": "5000"}, {"amount": None}, {"currency": None}])
def test_a_webhook_without_them_only_names_its_payment(odd):
    assert StripeWebhooks([SECRET]).news_of(*signed(event(**{**ABOUT, **odd}))) == PaymentNews(PaymentId("pi_1"))


@pytest.mark.parametrize(
    "body",
    [
        [],
        "event",
        {"object": "event", "type": "payment_intent.succeeded"},
        {"object": "event", "type": "payment_intent.succeeded", "data": {"object": None}},
        {"object": "event", "type": None, "data": {"object": {}}},
        event(id=7),
        event("setup_intent.succeeded", id=None),
    ],
)
def test_a_signed_webhook_without_what_its_type_requires_is_unreadable(body):
    with pytest.raises(UnreadableNewsError):
        news_of(body)


@pytest.mark.parametrize("body", [b"{", b"", b"[" * 100_000])
def test_a_signed_body_that_is_no_json_is_unreadable(body):
    with pytest.raises(UnreadableNewsError):
        StripeWebhooks([SECRET]).news_of(*signed_bytes(body))


def test_old_and_new_secret_are_both_accepted_during_a_rotation():
    both = ("whsec_old", "whsec_new")
    for secret in both:
        assert payment_of(signed(event(), secret), *both) == "pi_1"
    with pytest.raises(BadSignatureError):
        payment_of(signed(event(), "whsec_older"), *both)


def test_one_valid_signature_of_several_is_enough():
    body, good = signed(event())
    stamp, signature = good.split(",")
    assert payment_of((body, f"{stamp},v1=00,{signature},v0=11")) == "pi_1"


def test_a_signature_is_valid_for_five_minutes():
    assert payment_of(signed(event(), age=290)) == "pi_1"
    with pytest.raises(BadSignatureError):
        payment_of(signed(event(), age=310))


BODY, GOOD = signed(event())


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (BODY, ""),
        (BODY, "t=1"),
        (BODY, "v1=00"),
        (BODY, "t=now,v1=00"),
        (BODY, "nonsense"),
        (BODY, GOOD.replace("v1=", "v1=é")),
        (BODY, GOOD.replace("v1=", "v0=")),
        (BODY + b" ", GOOD),
        (b"\xff" + BODY, GOOD),
        (b"", GOOD),
    ],
    ids=["none", "time alone", "no time", "no number", "nonsense", "not ASCII", "scheme", "body", "not UTF-8", "empty"],
)
def test_an_unsigned_webhook_is_rejected_and_not_parsed(body, signature):
    with pytest.raises(BadSignatureError):
        payment_of((body, signature))


@pytest.mark.parametrize("secrets", [(), ("",), (" ",)])
def test_without_a_secret_no_signature_is_valid(secrets):
    with pytest.raises(BadSignatureError):
        StripeWebhooks(secrets).news_of(*signed(event(), ""))


def test_a_rejection_describes_the_expected_signature():
    with pytest.raises(BadSignatureError, match="not signed by Stripe within the last five minutes"):
        payment_of((BODY, "nonsense"))


def test_a_rejection_contains_nothing_of_the_body():
    with pytest.raises(BadSignatureError) as refused:
        payment_of((b'{"secret": "4242"}', "t=1,v1=00"))
    assert "4242" not in repr(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("key", "livemode", "is_ignored"),
    [
        ("sk_live_1", True, False),
        ("sk_live_1", False, True),
        ("rk_live_1", False, True),
        ("sk_test_1", True, True),
        ("rk_test_1", False, False),
        ("another", True, False),  # its mode is not known
        ("another", False, False),
    ],
)
def test_an_event_of_the_other_mode_than_the_keys_is_ignored(key, livemode, is_ignored):
    webhooks = StripeWebhooks([SECRET], mode_of(key))
    news = signed({**event(), "livemode": livemode})
    if is_ignored:
        with pytest.raises(OtherModeError, match=r"payment_intent\.succeeded"):
            webhooks.news_of(*news)
    else:
        assert webhooks.news_of(*news) == PaymentNews(PaymentId("pi_1"))


def test_an_event_without_a_mode_is_taken():
    assert StripeWebhooks([SECRET], mode_of("sk_live_1")).news_of(*signed(event())) == PaymentNews(PaymentId("pi_1"))
