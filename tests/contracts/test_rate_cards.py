"""The contract of the port `RateCards`, for the fake and for the tables."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shared.adapters.storage.azure_tables import AzureTable, table_service
from shared.adapters.storage.rate_card_tables import RateCardTables
from shared.ports import OtherCurrency
from shared.rating.rate_card import CardVersion, Rate, RateCard
from tests.fakes.rate_cards import FakeRateCards
from tests.fakes.table import FakeTable

SPRING = datetime(2026, 3, 1, tzinfo=UTC)
AUTUMN = datetime(2026, 9, 1, 12, 30, 15, 250, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def card(name="default", valid_from=SPRING, price=15_000, prefixes=("44", "4420"), currency="USD"):
    rates = {each: Rate(each, f"to “{each}”, 日本", "mixed", "GB", price, 1, 30, 6) for each in prefixes}
    return RateCard(name, currency, valid_from, rates)


@pytest.fixture(params=["fake", "tables", "azurite"])
async def cards(request):
    if request.param == "fake":
        yield FakeRateCards()
    elif request.param == "tables":
        yield RateCardTables(FakeTable(), time.monotonic)
    else:
        async with table_service(request.getfixturevalue("azurite")) as service:
            table = await service.create_table(f"RateCards{uuid4().hex}")
            async with table:
                yield RateCardTables(AzureTable(table), time.monotonic)


async def test_before_anything_is_published_no_card_is_in_force(cards):
    assert await cards.in_force("default", SPRING) is None
    assert await cards.in_force_uncached("default", SPRING) is None
    assert await cards.versions() == []


async def test_a_published_card_is_read_back_unchanged(cards):
    await cards.publish(card())
    assert await cards.in_force("default", SPRING) == card()


@pytest.mark.parametrize(
    ("at", "valid_from"),
    [
        (SPRING - INSTANT, None),
        (SPRING, SPRING),  # from that instant on
        (AUTUMN - INSTANT, SPRING),
        (AUTUMN, AUTUMN),
        (AUTUMN + timedelta(days=3650), AUTUMN),
    ],
)
async def test_the_version_in_force_is_the_latest_valid_at_that_instant(cards, at, valid_from):
    await cards.publish(card(valid_from=AUTUMN, price=2))
    await cards.publish(card(valid_from=SPRING, price=1))
    for found in (await cards.in_force("default", at), await cards.in_force_uncached("default", at)):
        assert (found.valid_from if found else None) == valid_from


async def test_both_directions_are_read_back_and_counted(cards):
    inbound = card(prefixes=("1800", "44", "44800"), price=7).rates
    both = RateCard("default", "USD", SPRING, card().rates, inbound)
    await cards.publish(card())
    await cards.publish(both)
    assert await cards.in_force("default", SPRING) == both
    assert [each.rates for each in await cards.versions()] == [5]


async def test_cards_with_different_names_are_independent(cards):
    await cards.publish(card("default", price=1))
    await cards.publish(card("Default", price=2, currency="EUR"))
    assert (await cards.in_force("default", AUTUMN)).rates["44"].per_minute == 1
    assert (await cards.in_force("Default", AUTUMN)).currency == "EUR"
    assert await cards.in_force("other", AUTUMN) is None


async def test_publishing_a_version_again_replaces_it_completely(cards):
    await cards.publish(card(price=1))
    await cards.publish(card(price=2, prefixes=("33",)))
    assert await cards.in_force("default", SPRING) == card(price=2, prefixes=("33",))
    await cards.publish(card(price=1))
    assert await cards.in_force("default", SPRING) == card(price=1)


async def test_publishing_the_same_twice_has_the_effect_of_once(cards):
    await cards.publish(card())
    await cards.publish(card())
    assert await cards.versions() == [CardVersion("default", "USD", SPRING, 2)]
    assert await cards.in_force("default", SPRING) == card()


@pytest.mark.parametrize("valid_from", [SPRING, AUTUMN])
async def test_a_card_keeps_the_currency_of_its_first_version(cards, valid_from):
    assert await cards.publish(card(currency="USD")) is None
    assert await cards.publish(card(currency="EUR", valid_from=valid_from)) == OtherCurrency("USD")
    assert [each.currency for each in await cards.versions()] == ["USD"]
    assert await cards.in_force("default", AUTUMN) == card(currency="USD")
    assert await cards.publish(card(valid_from=valid_from)) is None


@pytest.mark.parametrize("is_same_version", [True, False])
async def test_of_first_publications_at_once_in_two_currencies_one_decides(cards, is_same_version):
    versions = [
        card(currency=currency, valid_from=SPRING if is_same_version else SPRING + timedelta(days=day))
        for day, currency in enumerate(["USD", "EUR", "USD", "EUR"])
    ]
    answers = await asyncio.gather(*(cards.publish(version) for version in versions))
    listed = {each.currency for each in await cards.versions()}
    assert len(listed) == 1
    kept = listed.pop()
    assert answers == [None if version.currency == kept else OtherCurrency(kept) for version in versions]


async def test_versions_are_listed_by_name_and_valid_from(cards):
    for name, valid_from in (("b", AUTUMN), ("a", AUTUMN), ("b", SPRING)):
        await cards.publish(card(name, valid_from))
    listed = await cards.versions()
    assert [(each.name, each.valid_from) for each in listed] == [("a", AUTUMN), ("b", SPRING), ("b", AUTUMN)]
    assert {each.rates for each in listed} == {2}


async def test_a_card_may_have_50_000_rates(cards):
    large = card(prefixes=tuple(str(prefix) for prefix in range(10_000, 60_000)))
    await cards.publish(large)
    assert await cards.in_force("default", SPRING) == large
