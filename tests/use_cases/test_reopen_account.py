"""A closed account can be reopened: a new epoch that continues the journal (CONTRACT 2)."""

import json
from typing import Any

import pytest

from shared.kernel.ids import AccountId
from shared.use_cases.usage.record_usage import record_usage
from tests.tenant import call, code_of, report, usd
from tests.use_cases.closing import close, emptied, emptied_of_overdraft


async def test_a_reopened_account_starts_empty_but_continues_its_journal(world, tenant):
    await tenant.store_card()
    await tenant.set_auto_recharge(enabled=False)
    await emptied(tenant)
    assert (await tenant.auto_recharge())["amount"] == usd("50.000000")
    await close(tenant)
    await world.publish(name="other")
    opened: Any = (await tenant.open(name="Contoso", country="CA", rateCard="other")).value
    assert (opened["name"], opened["country"], opened["rateCard"]) == ("Contoso", "CA", "other")
    assert opened["openedAt"] == "2026-03-06T12:00:00Z"
    assert (await tenant.auto_recharge())["amount"] is None
    book = await world.services.book(AccountId(tenant.account))
    assert (book.settings.cards, book.settings.administrators, book.settings.customer) == ((), (), "")
    assert await tenant.booked() == [("grant", "10"), ("expiry", "-10")]
    assert await code_of(tenant.grant("10", "PO-1", key="another key")) == "already_exists"
    assert await code_of(tenant.set_auto_recharge(etag='"auto-recharge-1"')) == "stale"  # read in the earlier epoch
    assert (await tenant.open(name="Contoso", country="CA", rateCard="other")).status == 201  # its answer was lost
    assert await code_of(tenant.open()) == "already_exists"
    assert await world.audit() == []


@pytest.mark.parametrize("order", [1, -1], ids=["booked first", "suspended first"])
async def test_a_process_with_a_cached_earlier_epoch_prices_by_the_new_one(world, tenant, order):
    await report(world, call("first"))
    await emptied_of_overdraft(tenant)
    late = world.process()
    await record_usage(late, json.dumps(call("first")).encode())
    await close(tenant)
    dear = b"prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds\n44,UK,x,GB,7,0,60,60\n"
    await world.publish(dear, name="dear")
    await tenant.open(rateCard="dear")
    for each in (call("second"), call("no rate", called="+861012345678"))[::order]:
        await record_usage(late, json.dumps(each).encode())
    assert await tenant.booked("debit") == [("debit", "-0.02"), ("debit", "-7")]
    assert await tenant.reasons() == ["no_rate"]
    await world.drain()
    assert await world.audit() == []


async def test_a_call_of_the_earlier_epoch_is_not_booked_again(world, tenant):
    await report(world, call("first"))
    await emptied_of_overdraft(tenant)
    await close(tenant)
    await tenant.open()
    await report(world, call("first"))
    assert await tenant.booked("debit") == [("debit", "-0.02")]


async def test_an_account_without_bookings_may_be_reopened_in_another_currency(world, tenant):
    await close(tenant)
    await world.publish(name="eu")
    world.rates.convert("eu", "EUR")
    opened: Any = (await tenant.open(currency="EUR", rateCard="eu")).value
    assert opened["balance"] == {"amount": "0.000000", "currency": "EUR"}
    assert await world.audit() == []


async def test_an_account_with_bookings_keeps_its_currency(world, tenant):
    await emptied(tenant)
    await close(tenant)
    await world.publish(name="eu")
    world.rates.convert("eu", "EUR")
    assert await code_of(tenant.open(currency="EUR", rateCard="eu")) == "currency_mismatch"
    assert (await tenant.open()).status == 201
