"""Opening an account: once per tenant, in one currency, with one rate card (CONTRACT 2)."""

import asyncio
import json
from typing import Any

import pytest

from shared.kernel.ids import AccountId
from shared.posting.decision import event
from shared.posting.journal import reads
from shared.service.http import ProblemError
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.accounts.iso_codes import countries, currencies
from shared.use_cases.accounts.open_account import NewAccount
from shared.views.balance import read_account
from tests.fakes.world import World
from tests.tenant import OTHER, Tenant, call, code_of, report


async def test_a_new_account_is_empty(world):
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


async def test_a_repeated_opening_after_a_lost_answer_gets_the_same_answer(world):
    tenant = Tenant(world)
    first = await tenant.open(name="Contoso")
    await tenant.grant("5")
    world.clock.forward(days=30)  # values that depend on the time do not make it another request
    again = await tenant.open(name="Contoso", account=tenant.account.upper(), timeZone="UTC", rateCard="default")
    shown: Any = again.value
    assert (first.status, again.status, shown["name"], shown["balance"]["amount"]) == (201, 201, "Contoso", "5.000000")
    assert shown["openedAt"] == "2026-03-01T12:00:00Z"
    assert await world.audit() == []


@pytest.mark.parametrize("name", ["C", "n" * 100, "Söhne & Co. (日本)", f"\u3000 {'n' * 100}\t"])
async def test_surrounding_white_space_is_removed_from_a_name_and_ignored_in_comparisons(world, name):
    tenant = Tenant(world)
    assert (await tenant.open(name=name)).status == 201
    shown: Any = (await tenant.request(read_account)).value
    assert shown["name"] == name.strip()
    assert (await tenant.open(name=f" {name} ")).status == 201
    assert await code_of(tenant.open(name="Other")) == "already_exists"
    assert await code_of(tenant.open()) == "already_exists"


async def test_null_as_the_name_is_the_same_as_no_name(world):
    tenant = Tenant(world)
    opened: Any = (await tenant.open(name=None)).value
    assert opened["name"] is None
    assert (await tenant.open()).status == 201
    assert await code_of(tenant.open(name="Contoso")) == "already_exists"


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({}, ""),
        ({"timeZone": "UTC", "rateCard": "default"}, ""),
        ({"name": "Contoso", "rateCard": "eur"}, ',"name":"Contoso","rateCard":"eur"'),
        (
            {"timeZone": "Europe/Paris", "usageFrom": "2026-01-01T01:00:00+01:00"},
            ',"timeZone":"Europe/Paris","usageFrom":"2026-01-01T00:00:00Z"',
        ),
    ],
    ids=["nothing more", "the defaults", "name and card", "zone and start"],
)
def test_the_stored_content_of_an_opening_keeps_its_form(fields, stored):
    """It is compared with requests that come years later."""
    opening = NewAccount(account=OTHER, currency="EUR", country="FR", **fields)
    assert opening.content() == f'v1:{{"country":"FR","currency":"EUR"{stored}}}'


async def test_a_given_start_of_usage_is_other_content_than_none_even_at_the_default_instant(world):
    tenant = Tenant(world)
    await tenant.open()
    default = (await world.services.book(AccountId(tenant.account))).terms.usage_from
    assert await code_of(tenant.open(usageFrom=default.isoformat())) == "already_exists"


async def test_an_account_opened_by_0_1_is_compared_by_its_terms(world, monkeypatch):
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


async def test_concurrent_openings_open_the_account_once_and_all_succeed(world):
    here, there = Tenant(world), world.process()
    first = asyncio.gather(*(here.open() for _ in range(5)))
    world.services = there
    answers = await asyncio.gather(*(here.open() for _ in range(5))) + await first
    assert {answer.status for answer in answers} == {201}
    assert len({str(answer.value) for answer in answers}) == 1
    assert await world.audit() == []


async def test_of_concurrent_openings_with_other_content_one_succeeds(world):
    here, there = Tenant(world), world.process()
    first = asyncio.create_task(here.open())
    world.services = there
    answers = await asyncio.gather(here.open(country="CA"), first, return_exceptions=True)
    assert sorted(getattr(each, "code", "201") for each in answers) == ["201", "already_exists"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"account": "contoso"}, "/account"),
        ({"currency": "usd"}, "/currency"),
        ({"currency": "US"}, "/currency"),
        # No code, ISO 4217's code for no currency, gold, a former currency, and an invalid code.
        *(({"currency": code}, "/currency") for code in ("QQQ", "XXX", "XAU", "DEM", "ZZZ", "USD\n", "", 840)),
        ({"country": "USA"}, "/country"),
        *(({"country": code}, "/country") for code in ("ZZ", "QQ", "EU", "us", "U5", "US\n", "", "001")),
        *(({"name": name}, "/name") for name in ("", " \u3000", "a\nb", "n" * 101, "\x00", "\u202e", 7, ["Contoso"])),
        ({"timeZone": "Mars/Olympus"}, "/timeZone"),
        ({"rateCard": "../default"}, "/rateCard"),
        ({"usageFrom": "2026-01-01"}, "/usageFrom"),
        ({"usageFrom": 0}, "/usageFrom"),
        ({"balance": 5}, "/balance"),
    ],
)
async def test_each_invalid_field_is_reported(world, fields, pointer):
    with pytest.raises(ProblemError, match="as described") as raised:
        await Tenant(world).open(**fields)
    assert [flaw.pointer for flaw in raised.value.flaws] == [pointer]


@pytest.mark.parametrize("fields", [{"rateCard": "not-published-yet"}, {}])
async def test_an_unknown_rate_card_is_rejected_with_its_field_and_nothing_is_registered(fields):
    world = World()  # not even the default card is published
    with pytest.raises(ProblemError) as raised:
        await Tenant(world).open(**fields)
    assert raised.value.code == "invalid_request"
    [flaw] = raised.value.flaws
    assert (flaw.pointer, flaw.code) == ("/rateCard", "unknown")
    assert str(raised.value).startswith("there is no rate card ")
    assert flaw.detail == "a published rate card; it may be in force only later"
    assert [account async for account in world.services.registry.accounts()] == []


async def test_a_rate_card_that_takes_effect_later_is_accepted(world):
    await world.publish(name="next-year", valid_from=world.clock.time.replace(year=2027))
    assert (await Tenant(world).open(rateCard="next-year")).status == 201
    await report(world, call())
    assert await Tenant(world).reasons() == ["no_rate"]


async def test_the_rate_card_must_be_in_the_accounts_currency(world):
    assert await code_of(Tenant(world).open(currency="EUR")) == "currency_mismatch"
    await world.publish(name="next-year", valid_from=world.clock.time.replace(year=2027))
    assert await code_of(Tenant(world).open(currency="EUR", rateCard="next-year")) == "currency_mismatch"


@pytest.mark.parametrize("code", ["USD", "EUR", "CHF", "CAD", "AUD", "GBP", "JPY", "SEK", "KWD", "INR", "XOF"])
def test_current_currencies_are_accepted(code):
    assert code in currencies()


@pytest.mark.parametrize("code", ["US", "GB", "DE", "FR", "JP", "RU", "CH", "TW", "AQ", "GS", "XK", "SX"])
def test_current_countries_are_accepted(code):
    assert code in countries()
    assert 245 <= len(countries()) <= 252


async def test_a_card_in_another_currency_prices_nothing(world):
    """This can only happen if a card is replaced in the storage itself."""
    tenant = Tenant(world)
    await world.publish(name="eu")  # in dollars
    await tenant.open(rateCard="eu")
    world.rates.convert("eu", "EUR")
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
async def test_usage_is_accepted_from_the_agreed_day_on(world, usage_from, started, is_booked):
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
    assert (await yours.amounts())["overdraft"] == "0.02"
    assert await world.audit() == []


async def test_each_life_of_an_account_is_opened_by_an_event_of_one_name_in_every_version(world):
    """While one version replaces another, two processes may open the same life: only the same event excludes that."""
    tenant = Tenant(world)
    await tenant.open()
    first = (await world.services.book(AccountId(tenant.account))).terms.epoch
    await tenant.request(close_account)
    await tenant.open()
    second = (await world.services.book(AccountId(tenant.account))).terms.epoch
    openings = [
        event("open", tenant.account, content=first),
        event("open", tenant.account, first, content=second),
    ]
    markers = await reads.markers(world.ledger, AccountId(tenant.account), openings)
    assert [opening.is_settled_by(markers[opening.key]) for opening in openings] == [True, True]


async def test_fields_unknown_to_0_1_0_survive_its_commits(world):
    """During an upgrade 0.1.0 writes the head again from the terms that it knows."""
    tenant = Tenant(world)
    await tenant.open(name="Contoso")
    head = world.ledger.partitions[tenant.account]["a:head"]
    known = {"account", "currency", "country", "time_zone", "rate_card", "usage_from", "opened_at", "epoch"}
    assert set(json.loads(str(head.values["terms"]))) == known
    shown: Any = (await tenant.request(read_account)).value
    assert shown["name"] == "Contoso"
    await tenant.grant("10")
    assert (await tenant.open(name="Contoso")).status == 201
    assert await world.audit() == []
