"""An account is a tenant: opened once, in one currency, with one rate card (CONTRACT 2)."""

import asyncio
from typing import Any

import pytest

from shared.service.http import ProblemError
from tests.tenant import OTHER, Tenant, call, code_of, report


async def test_a_new_account_has_nothing(world):
    opened = await Tenant(world).open()
    shown: Any = opened.value
    assert opened.status == 201
    numbers = {name: shown[name]["amount"] for name in ("balance", "held", "overdraft", "accrued", "spendable")}
    assert set(numbers.values()) == {"0.000000"}
    assert {name: shown[name] for name in ("account", "currency", "timeZone", "rateCard", "state")} == {
        "account": "5f0c1f9e-0000-4000-8000-000000000001",
        "currency": "USD",
        "timeZone": "UTC",
        "rateCard": "default",
        "state": "prepaid",
    }


async def test_a_tenant_has_one_account(world):
    tenant = Tenant(world)
    await tenant.open()
    assert await code_of(tenant.open()) == "already_exists"
    assert await code_of(tenant.open(account=tenant.account.upper(), currency="EUR", rateCard="eu")) == "already_exists"


async def test_opened_by_many_at_once_it_is_opened_once(world):
    here, there = Tenant(world), world.process()
    first = asyncio.gather(*(here.open() for _ in range(5)), return_exceptions=True)
    world.services = there
    answers = await asyncio.gather(*(here.open() for _ in range(5)), return_exceptions=True) + await first
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert await world.audit() == []


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"account": "contoso"}, "/account"),
        ({"currency": "usd"}, "/currency"),
        ({"currency": "US"}, "/currency"),
        ({"country": "USA"}, "/country"),
        ({"timeZone": "Mars/Olympus"}, "/timeZone"),
        ({"rateCard": "../default"}, "/rateCard"),
        ({"usageFrom": "2026-01-01"}, "/usageFrom"),
        ({"usageFrom": 0}, "/usageFrom"),
        ({"balance": 5}, "/balance"),
    ],
)
async def test_each_wrong_field_is_named(world, wish, pointer):
    with pytest.raises(ProblemError, match="as described") as told:
        await Tenant(world).open(**wish)
    assert [flaw.pointer for flaw in told.value.flaws] == [pointer]


async def test_the_rate_card_must_be_in_the_accounts_currency(world):
    assert await code_of(Tenant(world).open(currency="EUR")) == "currency_mismatch"
    assert (await Tenant(world).open(currency="EUR", rateCard="not-published-yet")).status == 201


async def test_a_card_in_another_currency_prices_nothing(world):
    tenant = Tenant(world)
    await tenant.open(currency="EUR", rateCard="eu")
    await world.publish(name="eu")  # in dollars
    await report(world, call())
    assert await tenant.reasons() == ["no_rate"]


@pytest.mark.parametrize(
    ("usage_from", "started", "is_booked"),
    [
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z", True),
        ("2020-01-01T00:00:00+01:00", "2019-12-31T22:59:59Z", False),
        ("2026-03-01T11:51:00Z", "2026-03-01T11:50:00Z", False),
    ],
)
async def test_usage_is_taken_from_the_day_that_was_agreed(world, usage_from, started, is_booked):
    await world.publish(name="old", valid_from=world.clock.time.replace(year=2019))
    tenant = Tenant(world)
    await tenant.open(usageFrom=usage_from, rateCard="old")
    await report(world, call(startedAt=started))
    assert (await tenant.reasons() == ["before_account"]) is not is_booked


async def test_accounts_do_not_see_each_other(world):
    mine, yours = Tenant(world), Tenant(world, OTHER)
    for tenant in (mine, yours):
        await tenant.open()
    await mine.grant("100")
    await report(world, call(account=OTHER))
    assert await mine.balance() == "100"
    assert (await yours.numbers())["overdraft"] == "0.02"
    assert await world.audit() == []
