"""An account is a tenant: opened once, in one currency, with one rate card (CONTRACT 2)."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from shared.service.http import ProblemError
from shared.use_cases.accounts.iso_codes import countries, currencies
from shared.views.balance import read_account
from tests.fakes.world import World
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
    await tenant.open(name="Contoso", usageFrom="2026-01-01T00:00:00Z")
    for other in (
        {},
        {"name": "Contoso"},
        {"name": "Contoso", "usageFrom": "2026-01-01T00:00:01Z"},
        {"name": "Contoso", "usageFrom": "2026-01-01T00:00:00Z", "country": "CA"},
        {"account": tenant.account.upper(), "currency": "EUR", "rateCard": "eu"},
    ):
        assert await code_of(tenant.open(**other)) == "already_exists"


async def test_an_opening_whose_answer_was_lost_is_asked_for_again_and_answered_like_the_first_time(world):
    tenant = Tenant(world)
    first = await tenant.open(name="Contoso")
    await tenant.grant("5")
    world.clock.forward(days=30)  # what depends on the moment does not make it another request
    again = await tenant.open(name="Contoso", account=tenant.account.upper(), timeZone="UTC", rateCard="default")
    shown: Any = again.value
    assert (first.status, again.status, shown["name"], shown["balance"]["amount"]) == (201, 201, "Contoso", "5.000000")
    assert shown["openedAt"] == "2026-03-01T12:00:00Z"
    assert await world.audit() == []


async def test_an_account_that_0_1_opened_is_compared_by_its_terms(world, monkeypatch):
    monkeypatch.setattr("shared.use_cases.accounts.open_account.NewAccount.content", lambda _wish: "")
    tenant = Tenant(world)
    await tenant.open()
    monkeypatch.undo()
    world.clock.forward(days=1)
    assert (await tenant.open()).status == 201
    assert (await tenant.open(usageFrom="2025-11-29T12:00:00Z")).status == 201  # 92 days before
    assert await code_of(tenant.open(usageFrom="2025-11-29T12:00:01Z")) == "already_exists"
    assert await code_of(tenant.open(country="CA")) == "already_exists"
    assert await code_of(tenant.open(name="Contoso")) == "already_exists"


async def test_opened_by_many_at_once_it_is_opened_once_and_all_are_told_so(world):
    here, there = Tenant(world), world.process()
    first = asyncio.gather(*(here.open() for _ in range(5)))
    world.services = there
    answers = await asyncio.gather(*(here.open() for _ in range(5))) + await first
    assert {answer.status for answer in answers} == {201}
    assert len({str(answer.value) for answer in answers}) == 1
    assert await world.audit() == []


async def test_opened_with_other_content_at_once_one_is_opened_and_the_other_is_told(world):
    here, there = Tenant(world), world.process()
    first = asyncio.create_task(here.open())
    world.services = there
    told = await asyncio.gather(here.open(country="CA"), first, return_exceptions=True)
    assert sorted(getattr(each, "code", "201") for each in told) == ["201", "already_exists"]


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"account": "contoso"}, "/account"),
        ({"currency": "usd"}, "/currency"),
        ({"currency": "US"}, "/currency"),
        # No code, ISO 4217's code for no currency, gold, a currency of the past, and what is no code at all.
        *(({"currency": code}, "/currency") for code in ("QQQ", "XXX", "XAU", "DEM", "ZZZ", "USD\n", "", 840)),
        ({"country": "USA"}, "/country"),
        *(({"country": code}, "/country") for code in ("ZZ", "QQ", "EU", "us", "U5", "US\n", "", "001")),
        *(({"name": name}, "/name") for name in ("", "a\nb", "n" * 201, "\x00", 7)),
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


@pytest.mark.parametrize("wish", [{"rateCard": "not-published-yet"}, {}])
async def test_a_rate_card_that_does_not_exist_is_refused_by_its_field_and_nothing_is_registered(wish):
    world = World()  # not even the default card is published
    with pytest.raises(ProblemError) as told:
        await Tenant(world).open(**wish)
    assert told.value.code == "invalid_request"
    assert [(flaw.pointer, flaw.code) for flaw in told.value.flaws] == [("/rateCard", "unknown")]
    assert [account async for account in world.services.registry.accounts()] == []


async def test_a_card_that_is_in_force_only_later_is_a_card(world):
    await world.publish(name="next-year", valid_from=world.clock.time.replace(year=2027))
    assert (await Tenant(world).open(rateCard="next-year")).status == 201
    await report(world, call())
    assert await Tenant(world).reasons() == ["no_rate"]


async def test_the_rate_card_must_be_in_the_accounts_currency(world):
    assert await code_of(Tenant(world).open(currency="EUR")) == "currency_mismatch"
    await world.publish(name="next-year", valid_from=world.clock.time.replace(year=2027))
    assert await code_of(Tenant(world).open(currency="EUR", rateCard="next-year")) == "currency_mismatch"


@pytest.mark.parametrize("code", ["USD", "EUR", "CHF", "CAD", "AUD", "GBP", "JPY", "SEK", "KWD", "INR", "XOF"])
def test_the_currencies_that_people_pay_with_are_known(code):
    assert code in currencies()


@pytest.mark.parametrize("code", ["US", "GB", "DE", "FR", "JP", "RU", "CH", "TW", "AQ", "GS", "XK", "SX"])
def test_the_countries_of_the_world_are_known(code):
    assert code in countries()
    assert 245 <= len(countries()) <= 252


async def test_a_card_in_another_currency_prices_nothing(world):
    """It can only be that a card is replaced in the storage itself: neither door lets it in."""
    tenant = Tenant(world)
    await world.publish(name="eu")  # in dollars
    await tenant.open(rateCard="eu")
    [rates] = [card for (name, _), card in world.rates._cards.items() if name == "eu"]
    await world.rates.publish(replace(rates, currency="EUR"))
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


async def test_what_0_1_0_does_not_know_of_an_account_survives_its_commits(world):
    """While it is replaced, it writes the head anew from the terms that it knows."""
    tenant = Tenant(world)
    await tenant.open(name="Contoso")
    head = world.ledger.partitions[tenant.account]["a:head"]
    known = {"account", "currency", "country", "time_zone", "rate_card", "usage_from", "opened_at", "epoch"}
    assert set(json.loads(str(head.values["terms"]))) == known
    shown: Any = (await tenant.ask(read_account)).value
    assert shown["name"] == "Contoso"
    await tenant.grant("10")
    assert (await tenant.open(name="Contoso")).status == 201
    assert await world.audit() == []
