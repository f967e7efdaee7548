"""Idempotency keys are permanent: the same request is recognised in other spellings and releases (CONTRACT 2)."""

from dataclasses import replace

import pytest
from pydantic import create_model

from shared.posting.decision import event
from shared.posting.journal.keys import MARKER
from shared.service.fingerprint import fingerprint
from shared.use_cases.purchases.grant_funds import NewGrant
from shared.use_cases.purchases.new_purchase import NewPurchase
from tests.tenant import call, code_of, report, usd

VISA = "pm_card_visa"
ORDER = {"enabled": True, "trigger": usd("10"), "amount": usd("50"), "largestCharge": usd("100.00")}
PURCHASE = {"amount": usd("50.00"), "paymentMethod": VISA, "autoRecharge": ORDER}
GRANT = {"amount": usd("5.00"), "reference": "PO-1", "kind": "paid", "expiresAt": "2027-03-01T13:00:00+01:00"}

PURCHASE_IN_0_1 = (
    '{"amount":{"amount":"50.00","currency":"USD"},"paymentMethod":"pm_card_visa","returnUrl":null,"autoRecharge":'
    '{"enabled":true,"trigger":{"amount":"10","currency":"USD"},"amount":{"amount":"50","currency":"USD"},'
    '"largestCharge":{"amount":"100.00","currency":"USD"},"monthlyCap":null}}'
)
GRANT_IN_0_1 = (
    '{"amount":{"amount":"5.00","currency":"USD"},"reference":"PO-1","kind":"paid",'
    '"expiresAt":"2027-03-01T12:00:00Z","priority":50}'
)
"""Contents as release 0.1.0 wrote them."""


def test_the_content_digests_of_an_earlier_release_are_unchanged():
    assert NewPurchase.model_validate(PURCHASE).content_in_0_1() == PURCHASE_IN_0_1
    assert NewGrant.model_validate(GRANT).content_in_0_1() == GRANT_IN_0_1


def test_the_stored_requests_of_purchases_and_grants_keep_their_form():
    order = {**ORDER, "monthlyCap": usd("500")}
    bought = {"amount": usd("50"), "paymentMethod": VISA, "returnUrl": "https://portal.example", "autoRecharge": order}
    assert NewPurchase.model_validate(bought).content() == (
        'v1:{"amount":"50000000 USD","autoRecharge":{"amount":"50000000 USD","enabled":true,'
        '"largestCharge":"100000000 USD","monthlyCap":"500000000 USD","trigger":"10000000 USD"},'
        '"paymentMethod":"pm_card_visa","returnUrl":"https://portal.example"}'
    )
    assert NewGrant.model_validate({**GRANT, "priority": 10}).content() == (
        'v1:{"amount":"5000000 USD","expiresAt":"2027-03-01T12:00:00Z","kind":"paid","priority":10,"reference":"PO-1"}'
    )
    plain = 'v1:{"amount":"5000000 USD","expiresAt":"2027-03-01T12:00:00Z","kind":"paid","reference":"PO-1"}'
    assert NewGrant.model_validate(GRANT).content() == plain


@pytest.mark.parametrize(("model", "given"), [(NewPurchase, PURCHASE), (NewGrant, GRANT)])
def test_an_added_field_does_not_change_existing_content_digests(model, given):
    later = create_model("Later", __base__=model, colour=(str | None, None)).model_validate(given)
    now = model.model_validate(given)
    assert (later.content(), later.content_in_0_1()) == (now.content(), now.content_in_0_1())
    assert later.model_dump_json() != now.model_dump_json()  # the form that 0.1 stored


def test_a_fingerprint_contains_only_its_version_and_the_given_fields():
    assert NewPurchase.model_validate({"amount": usd("50.00")}).content() == 'v1:{"amount":"50000000 USD"}'
    assert fingerprint({"b": 1, "a": None}) == fingerprint({"a": None, "b": 1, "c": None}) == 'v1:{"b":1}'
    with pytest.raises(TypeError):
        fingerprint({"a": 1.5})


async def test_a_purchase_of_an_earlier_release_is_replayed_and_not_a_conflict(world, tenant):
    name = event("purchase", tenant.account, "buy-1", content=PURCHASE_IN_0_1)
    await bought_by_0_1(world, tenant, name)
    again = await tenant.buy("50.00", paymentMethod=VISA, autoRecharge=ORDER)
    assert (again.status, again.headers) == (201, {"Idempotent-Replayed": "true"})
    assert len(world.payments.charges) == 1
    assert await code_of(tenant.buy("51.00", paymentMethod=VISA, autoRecharge=ORDER)) == "idempotency_conflict"


async def bought_by_0_1(world, tenant, name):
    """Buy, with the content form of 0.1 in the marker."""
    post = world.services.ledger.post

    async def marked(account, decision):
        if decision.event is not None and decision.event.key == name.key:
            decision = replace(decision, event=name)
        return await post(account, decision)

    world.services.ledger.post = marked
    await tenant.buy("50.00", paymentMethod=VISA, autoRecharge=ORDER)
    world.services.ledger.post = post


@pytest.mark.parametrize(
    "same",
    [
        {"amount": "5"},
        {"amount": "5.000000"},
        {"amount": "05.0"},
        {"expiresAt": "2027-03-01T12:00:00Z"},
        {"expiresAt": "2027-03-01T12:00:00.000Z"},
        {"priority": 50},
    ],
)
async def test_the_same_grant_in_another_spelling_is_the_same_grant(tenant, same):
    first = await tenant.grant("5.00", expiresAt=GRANT["expiresAt"])
    again = await tenant.grant(**{"amount": "5.00", "expiresAt": GRANT["expiresAt"], **same})
    assert (again.value["id"], again.headers) == (first.value["id"], {"Idempotent-Replayed": "true"})


@pytest.mark.parametrize(
    "other", [{"amount": "5.01"}, {"kind": "promotional"}, {"expiresAt": "2027-03-01T12:00:01Z"}, {"priority": 49}]
)
async def test_another_grant_under_the_same_key_is_a_conflict(tenant, other):
    await tenant.grant("5.00", expiresAt=GRANT["expiresAt"])
    again = tenant.grant(**{"amount": "5.00", "expiresAt": GRANT["expiresAt"], **other})
    assert await code_of(again) == "idempotency_conflict"


def markers(world, tenant):
    """The contents of the account's markers, by row key."""
    rows = world.ledger.partitions[tenant.account]
    return {key: row.values["content"] for key, row in rows.items() if key.startswith(MARKER)}


async def test_the_names_of_markers_are_the_same_in_every_release(world, tenant):
    """If a name changed, a key used before the release would be new, and its grant would be booked again."""
    account = tenant.account
    await tenant.grant("5", "PO-1", key="grant-1")
    await tenant.buy(key="buy-1", paymentMethod=VISA)
    await report(world, call("call-1"))
    [payment] = world.payments.payments
    known = markers(world, tenant)
    for name in (
        ("open", account),
        ("grant", account, "grant-1"),
        ("grant reference", account, "PO-1"),
        ("purchase", account, "buy-1"),
        ("payment", payment),
        ("usage", account, "urn:example:sbc-1", "call-1"),
    ):
        assert MARKER + event(*name, content="").key in known, name
    reference = event("grant reference", account, "PO-1", content="")
    assert known[MARKER + reference.key] == reference.content  # independent of the content of the grant


async def test_a_grant_of_an_earlier_release_is_replayed_and_not_a_conflict(world, tenant):
    fields = {name: value for name, value in GRANT.items() if name not in ("amount", "reference")}
    first = await tenant.grant("5.00", "PO-1", **fields)
    name = event("grant", tenant.account, "PO-1", content=GRANT_IN_0_1)
    row = world.ledger.partitions[tenant.account][MARKER + name.key]
    row.values["content"] = name.content  # as 0.1.0 wrote it
    world.services = world.process()
    again = await tenant.grant("5.00", "PO-1", **fields)
    assert (again.value["id"], again.headers) == (first.value["id"], {"Idempotent-Replayed": "true"})
    assert await code_of(tenant.grant("5.01", "PO-1", **fields)) == "idempotency_conflict"
