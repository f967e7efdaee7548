"""Subscriptions: set as one list under its ETag, checked field by field (CONTRACT 2.3)."""

import json

import pytest

from shared.ledger.entitlements import Entitlements
from shared.service.http import BODY_MAX, ProblemError
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.entitlements.set_subscriptions import set_subscriptions
from shared.use_cases.entitlements.subscription_list import INCLUDES_MAX, SUBSCRIPTIONS_MAX
from shared.views.subscriptions import read_subscriptions
from tests.fakes.world import request
from tests.tenant import OTHER, Tenant, code_of, subscription

FULL = subscription(
    agreement="newCommerce",
    billingCountry="DE",
    payAsYouGo=True,
    includes=["44", "1800"],
    until="2027-01-01T00:00:00Z",
)


async def read(tenant):
    return await tenant.request(read_subscriptions)


async def stored(world, tenant):
    return (await world.services.book(tenant.account)).entitlements


async def test_an_account_begins_without_subscriptions_and_with_an_etag(tenant):
    reply = await read(tenant)
    assert (reply.status, reply.value, reply.headers) == (200, {"items": []}, {"ETag": '"subscriptions-0"'})


NULLS = {"billingCountry": None, "until": None, "payAsYouGo": None, "includes": None}
"""Null is absent."""


async def test_the_list_is_read_back_as_it_was_set(world, tenant):
    etag = (await read(tenant)).headers["ETag"]
    set_now = await tenant.set_subscriptions(FULL, subscription("S-2", **NULLS), etag=etag)
    assert set_now.status == 200
    assert set_now.headers == {"ETag": '"subscriptions-1"'}
    assert set_now.value["items"][0] == FULL
    assert set_now.value["items"][1] == subscription(
        "S-2", billingCountry=None, until=None, payAsYouGo=False, includes=[]
    )
    again = await read(tenant)
    assert (again.value, again.headers) == (set_now.value, set_now.headers)
    assert (await tenant.set_subscriptions(*again.value["items"])).value == set_now.value
    assert await world.audit() == []


async def test_the_list_is_changed_only_under_its_etag(tenant):
    assert await code_of(tenant.set_subscriptions(FULL, etag="")) == "precondition_required"
    await tenant.set_subscriptions(FULL, etag='"subscriptions-0"')
    assert await code_of(tenant.set_subscriptions(etag='"subscriptions-0"')) == "stale"
    assert (await read(tenant)).value["items"] == [FULL]
    assert (await tenant.set_subscriptions(etag='"subscriptions-1"')).value == {"items": []}


async def test_an_unknown_account_has_no_subscriptions(world):
    stranger = Tenant(world, OTHER)
    assert await code_of(read(stranger)) == "not_found"
    assert await code_of(stranger.set_subscriptions(FULL)) == "not_found"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"id": ""}, "id"),
        ({"id": "a\nb"}, "id"),
        ({"plan": "MCOPSTN99"}, "plan"),
        ({"plan": "a plan"}, "plan"),
        ({"licences": -1}, "licences"),
        ({"licences": "25"}, "licences"),
        ({"licences": True}, "licences"),
        ({"usageLocation": "us"}, "usageLocation"),
        ({"usageLocation": "ZZ"}, "usageLocation"),
        ({"billingCountry": "Germany"}, "billingCountry"),
        ({"channel": "reseller"}, "channel"),
        ({"agreement": "mca"}, "agreement"),
        ({"payAsYouGo": "yes"}, "payAsYouGo"),
        ({"includes": ["44", "+1"]}, "includes/1"),
        ({"includes": ["1234567890123456"]}, "includes/0"),
        ({"includes": [""]}, "includes/0"),
        ({"includes": ["1"] * (INCLUDES_MAX + 1)}, "includes"),
        ({"from": "2026-01-01"}, "from"),
        ({"from": "9999-12-31T23:59:59.5Z"}, "from"),  # no alarm could be set after it
        ({"until": "2026-01-01T00:00:00Z"}, "until"),  # not after `from`
        ({"id": "S-0"}, "id"),  # repeated
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_changed(world, tenant, fields, pointer):
    with pytest.raises(ProblemError) as raised:
        await tenant.set_subscriptions(subscription("S-0"), subscription(**{"name": "S-1", **fields}))
    assert raised.value.code == "invalid_request"
    assert [flaw.pointer for flaw in raised.value.flaws] == [f"/items/1/{pointer}"]
    assert await stored(world, tenant) == Entitlements()


async def test_the_list_is_bounded(world, tenant):
    many = [subscription(f"S-{number}") for number in range(SUBSCRIPTIONS_MAX)]
    await tenant.set_subscriptions(*many)
    assert await code_of(tenant.set_subscriptions(*many, subscription("one more"))) == "invalid_request"
    long = [subscription(f"S-{number}", includes=["1" * 15] * INCLUDES_MAX) for number in range(20)]
    assert await code_of(tenant.set_subscriptions(*long)) == "payload_too_large"
    assert len((await stored(world, tenant)).subscriptions) == SUBSCRIPTIONS_MAX


async def test_a_list_that_does_not_fit_into_a_page_is_refused(world, tenant):
    """Ids in other scripts take six characters each in a page."""
    many = [subscription("日" * 180 + str(number)) for number in range(90)]
    text = json.dumps({"items": many}, ensure_ascii=False)
    assert len(text.encode()) < BODY_MAX
    asked = request(tenant.account, text, {"if-match": "*"})
    assert await code_of(set_subscriptions(world.services, asked)) == "above_maximum"
    assert await stored(world, tenant) == Entitlements()


async def test_the_largest_list_that_a_body_holds_is_stored_and_audited(world, tenant):
    prefixes = [str(number) for number in range(100_000_000_000_000, 100_000_000_000_000 + INCLUDES_MAX)]
    await tenant.set_subscriptions(*(subscription(f"S-{number}", includes=prefixes) for number in range(12)))
    assert await world.audit() == []


async def test_subscriptions_end_with_the_account(world, tenant):
    await tenant.set_subscriptions(FULL)
    await tenant.request(close_account)
    await tenant.open()
    reply = await read(tenant)
    assert (reply.value, reply.headers) == ({"items": []}, {"ETag": '"subscriptions-2"'})
    assert await world.audit() == []
