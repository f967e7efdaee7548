"""The stand-in compared with Stripe's published contract, which is also checked in all other tests of the stand-in."""

import json

import pytest
from stripe import VERSION
from stripe._api_version import _ApiVersion

from local.stand_ins.stripe import cards, objects
from shared.kernel.ids import AccountId, PaymentId
from shared.kernel.money import Money
from shared.ports import Confirmation, PaymentOrder, Presence
from tests.contracts.stripe_contract import Contract
from tests.contracts.stripe_stand_in import NOON
from tests.reference import reference

ACCOUNT = AccountId("5f0c1f9e-0000-4000-8000-000000000001")
FIFTY = Money.parse("50", "USD")


@pytest.fixture(scope="module")
def document():
    return json.loads(reference("contracts/stripe-contract.json").read_text())


@pytest.fixture(scope="module")
def contract(document):
    return Contract(document)


@pytest.fixture(params=["as published", "with nothing open"])
def judge(request, contract):
    return contract if request.param == "as published" else contract.strict()


# --- the judge


def test_stripes_own_samples_are_valid(judge):
    samples = json.loads(reference("contracts/stripe-fixtures.json").read_text())["resources"]
    assert [
        fault for name in samples for fault in judge.judge(f"/components/schemas/{name}", samples[name], name)
    ] == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda sent: sent.pop("status"), "'status' is a required property"),
        (lambda sent: sent.update(amount="5000"), "'5000' is not of type 'integer'"),
        (lambda sent: sent.update(status="paid"), "'paid' is not one of"),
        (lambda sent: sent.update(latest_charge={"object": "charge", "id": "ch_1"}), "is a required property"),
        (lambda sent: sent.update(metadata={"lot": 7}), "7 is not of type 'string'"),
    ],
)
def test_violations_in_an_answer_are_found(judge, change, fault):
    sent = objects.new("payment_intent", NOON, amount=5000, currency="usd", client_secret="secret")
    assert judge.object(sent, "sound") == []
    change(sent)
    assert any(fault in found for found in judge.object(sent, "broken"))


def test_only_the_strict_contract_rejects_an_unknown_key(contract):
    sent = objects.new("payment_intent", NOON, amount=5000, currency="usd", client_secret="secret", colour="red")
    assert contract.object(sent, "invented") == []
    assert any("colour" in found for found in contract.strict().object(sent, "invented"))


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ("amount=5000&currency=usd&metadata[a]=b&allowed_payment_method_types[0]=card&expand[0]=latest_charge", None),
        ("amount=5000", "'currency' is a required property"),
        ("amount=much&currency=usd", "'much' is not of type 'integer'"),
        ("amount=5000&currency=usd&colour=red", "'colour' was unexpected"),
    ],
)
def test_violations_in_a_request_are_found(contract, form, fault):
    found = contract.request("POST", "/v1/payment_intents", "", form)
    assert found == [] if fault is None else any(fault in each for each in found)


def test_an_error_of_an_unknown_type_is_found(contract):
    assert contract.answer("GET", "/v1/charges/ch_1", 404, {"error": {"type": "invalid_request_error"}}) == []
    assert contract.answer("GET", "/v1/charges/ch_1", 404, {"error": {"type": "sad_error"}})
    assert contract.answer("GET", "/v1/charges/ch_1", 404, {"error": {"type": "card_error", "code": "no_luck"}})


# --- the stand-in


@pytest.mark.usefixtures("contract")
async def test_requests_and_answers_of_the_adapters_match_the_contract(stand_in):
    customer = await stand_in.cards.open_customer(ACCOUNT, "customer")
    stored = await stand_in.cards.store(customer, "pm_card_visa", "card")
    await stand_in.cards.store(customer, "pm_card_visa_chargeDeclined", "refused")
    for outcome in sorted(cards.OUTCOMES):
        await stand_in.next_outcome(outcome)
        about = {"account": ACCOUNT}
        payment = await stand_in.payments.create(PaymentOrder(FIFTY, customer, about), f"create {outcome}")
        buyer = Presence.BUYER_PRESENT if outcome == "requires_action" else Presence.BUYER_ABSENT
        await stand_in.payments.confirm(Confirmation(payment.id, stored.id, buyer), f"confirm {outcome}")
        await stand_in.payments.retrieve(payment.id)
        await stand_in.payments.cancel(payment.id)
    await stand_in.payments.retrieve(PaymentId("pi_none"))
    expected = {"charge.succeeded", "charge.failed", "payment_intent.canceled", "payment_method.attached"}
    await stand_in.hooks.until(lambda hooks: expected <= set(hooks.kinds))
    assert stand_in.watch.seen >= {
        ("POST", "customers", 200),
        ("POST", "payment_methods", 200),
        ("POST", "payment_methods", 402),
        ("POST", "payment_intents", 200),
        ("POST", "payment_intents", 400),
        ("POST", "payment_intents", 402),
        ("GET", "payment_intents", 200),
        ("GET", "payment_intents", 404),
    }
    assert stand_in.watch.faults == []


@pytest.mark.usefixtures("contract")
async def test_an_invalid_answer_of_the_stand_in_is_found(stand_in, monkeypatch):
    monkeypatch.setattr(objects, "_NEW", objects._NEW.replace('"capture_method"', '"capture_way"'))
    await stand_in.post("payment_intents", {"amount": "5000", "currency": "usd"})
    await stand_in.hooks.until(lambda hooks: bool(hooks.taken))
    assert any("'capture_method' is a required property" in fault for fault in stand_in.watch.faults)
    assert any("'capture_way' was unexpected" in fault for fault in stand_in.watch.faults)
    stand_in.watch.faults.clear()
    stand_in.hooks.taken.clear()


def test_the_contract_is_not_newer_than_the_sdk(contract, capsys):
    with capsys.disabled():
        print(f"\nStripe SDK {VERSION} speaks {_ApiVersion.CURRENT}; the contract data are of {contract.version}")  # noqa: T201
    assert contract.version == json.loads(objects._NEW)["event"]["api_version"]
    assert contract.version <= _ApiVersion.CURRENT
