"""Rate cards in tables: when a published card is in force, what is cached, and how it is stored."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.adapters.storage import rate_card_rows
from shared.adapters.storage.rate_card_rows import VERSIONS
from shared.adapters.storage.rate_card_tables import CARDS_KEPT
from shared.ports import UnavailableError
from tests.adapters.rate_cards import NEW_YEAR, Faults, card, price, tables
from tests.fakes.table import FakeTable


class Seconds:
    now = 0.0

    def __call__(self):
        return self.now


async def test_a_card_published_by_another_process_is_in_force_after_5_seconds():
    table, seconds = FakeTable(), Seconds()
    here, there = tables(table, seconds), tables(table, seconds)
    await there.publish(card(1))
    assert await price(here) == 1
    await there.publish(card(2))
    seconds.now = 5.0
    assert await price(here) == 1
    seconds.now = 5.001
    assert await price(here) == 2


async def test_a_fresh_read_returns_a_card_just_published_by_another_process():
    table = FakeTable()
    here, there = tables(table), tables(table)
    assert await price(here) is None
    await there.publish(card(1))
    assert await price(here) is None
    assert await price(here, "in_force_uncached") == 1


async def test_a_card_published_by_this_process_is_in_force_at_once():
    cards = tables(FakeTable())
    for new in (1, 2):
        await cards.publish(card(new))
        assert await price(cards) == new


async def test_a_list_read_during_a_publication_is_read_again():
    table = FakeTable()
    cards = tables(table)
    await cards.publish(card(1))
    answered, go_on = asyncio.Event(), asyncio.Event()

    async def hold(verb, partition, _what):
        if (verb, partition) == ("range", VERSIONS):
            table.after = None
            answered.set()
            await go_on.wait()

    table.after = hold
    slow = asyncio.create_task(price(cards))
    await answered.wait()
    newer = replace(card(2), valid_from=NEW_YEAR + timedelta(days=1))
    await cards.publish(newer)
    requests = asyncio.create_task(cards.in_force("default", newer.valid_from))
    await asyncio.sleep(0)
    go_on.set()
    assert (await slow, await requests) == (1, newer)


async def test_the_list_of_cards_is_cached_for_5_seconds():
    table = FakeTable()
    cards = tables(table)
    await cards.publish(card(1))
    await price(cards)
    table.before = Faults("range", 1, UnavailableError())
    assert await price(cards) == 1


async def test_concurrent_requests_read_the_list_and_the_card_once():
    table = FakeTable()
    cards = tables(table)
    await tables(table).publish(card(1))
    requests = []

    async def count(verb, partition, _what):
        requests.append((verb, partition))

    table.before = count
    assert await asyncio.gather(*(price(cards) for _ in range(50))) == [1] * 50
    assert len(requests) == 2
    assert await asyncio.gather(*(price(cards, "in_force_uncached") for _ in range(50))) == [1] * 50
    assert len(requests) <= 4  # requests during a read share the next read


async def test_only_the_most_recently_used_cards_are_cached():
    table = FakeTable()
    cards = tables(table)
    for number in range(CARDS_KEPT + 1):
        await cards.publish(card(number, name=f"card {number}"))
    for number in (*range(CARDS_KEPT), 0, CARDS_KEPT):
        await cards.in_force(f"card {number}", NEW_YEAR)
    table.before = Faults("range", 1, UnavailableError())
    assert (await cards.in_force("card 0", NEW_YEAR)).rates["100"].per_minute == 0
    with pytest.raises(UnavailableError):
        await cards.in_force("card 1", NEW_YEAR)


async def test_a_cached_list_with_deleted_rates_is_read_again():
    table = FakeTable()
    here = tables(table)
    await tables(table).publish(card(1))
    await here.versions()
    await tables(table).publish(card(2))
    assert await price(here) == 2


async def test_rates_that_do_not_match_their_version_are_an_outage():
    table = FakeTable()
    await tables(table).publish(card(1))
    [generation] = set(table.partitions) - {VERSIONS}
    [row] = table.partitions[generation].values()
    altered = {"p0": str(row.values["p0"]).replace(",1,", ",0,")}
    table.partitions[generation][row.key] = replace(row, values=altered)
    with pytest.raises(UnavailableError):
        await price(tables(table))


def test_a_card_without_inbound_rates_is_stored_as_before_rates_had_a_direction():
    assert rate_card_rows.body_of(card(1, rates=2)) == (
        '[["100","somewhere","mixed","",1,0,60,60],["101","somewhere","mixed","",1,0,60,60]]'
    )
    both = replace(card(1, rates=1), inbound=card(2, rates=1).rates)
    assert rate_card_rows.body_of(both) == (
        '[["100","somewhere","mixed","",1,0,60,60],["100","somewhere","mixed","",2,0,60,60,"in"]]'
    )


async def test_keys_contain_only_names_and_digests():
    table = FakeTable()
    await tables(table).publish(card(1, name="card/of #1?\\ \u2028 ünïcode"))
    for partition, rows in table.partitions.items():
        assert f"{partition}{''.join(rows)}".replace("~", "").isalnum()
