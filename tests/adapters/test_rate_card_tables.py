"""Rate cards in tables: caching, concurrent and interrupted publications."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.storage import rate_card_rows
from shared.adapters.storage.rate_card_rows import VERSIONS
from shared.adapters.storage.rate_card_tables import CARDS_KEPT, RateCardTables
from shared.ports import Delete, OutcomeUnknownError, Replace, UnavailableError
from shared.rating.rate_card import Rate, RateCard
from tests.fakes.table import FakeTable

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def card(price, name="default", rates=3):
    prefixes = [str(prefix) for prefix in range(100, 100 + rates)]
    return RateCard(name, "USD", NEW_YEAR, {p: Rate(p, "somewhere", "mixed", "", price, 0, 60, 60) for p in prefixes})


def tables(table, monotonic=lambda: 0.0):
    return RateCardTables(table, monotonic)


async def price(cards, look="in_force"):
    found = await getattr(cards, look)("default", NEW_YEAR)
    return found and found.rates["100"].per_minute


class Seconds:
    now = 0.0

    def __call__(self):
        return self.now


class Faults:
    """Raises an error before or after the *at*-th operation of kind *verb*."""

    def __init__(self, verb, at, error):
        self.left, self.verb, self.error = at, verb, error

    async def __call__(self, verb, _partition, _what):
        if verb == self.verb:
            self.left -= 1
            if self.left == 0:
                raise self.error


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


async def test_unreferenced_rates_are_deleted():
    table = FakeTable()
    cards = tables(table)
    for new in (1, 2, 3):
        await cards.publish(card(new))
    assert len([rows for rows in table.partitions.values() if rows]) == 2  # the versions, one version's rates


@pytest.fixture
def small_chunks(monkeypatch):
    """Three rates are two chunk rows."""
    monkeypatch.setattr(rate_card_rows, "PROPERTY_CHARACTERS", 40)
    monkeypatch.setattr(rate_card_rows, "CHUNK_PROPERTIES", 2)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("verb", ["get", "range", "transact"])
async def test_an_interrupted_publication_leaves_the_old_or_the_new_card_complete(verb, at, moment):
    table = FakeTable()
    old, new = card(1), card(2)
    await tables(table).publish(old)
    error = OutcomeUnknownError() if verb == "transact" else UnavailableError()
    setattr(table, moment, Faults(verb, at, error))
    try:
        await tables(table).publish(new)
        published = [new]
    except UnavailableError:
        published = [old, new]
    table.before = table.after = None
    assert await tables(table).in_force("default", NEW_YEAR) in published
    await tables(table).publish(new)
    assert await tables(table).in_force("default", NEW_YEAR) == new


async def test_a_delayed_publication_does_not_undo_a_later_one():
    table = FakeTable()
    await tables(table).publish(card(1))
    late = []

    async def delay(verb, partition, what):
        if verb == "transact" and partition == VERSIONS:
            late.append(what)
            table.before = None
            raise OutcomeUnknownError

    table.before = delay
    with pytest.raises(UnavailableError):
        await tables(table).publish(card(2))
    await tables(table).publish(card(3))
    [writes] = late
    assert isinstance(writes[0], Replace)
    with pytest.raises(Exception, match="write 0"):
        table.apply(VERSIONS, writes)
    assert await price(tables(table)) == 3


@pytest.mark.usefixtures("small_chunks")
async def test_three_concurrent_publications_of_one_version_succeed_and_one_is_stored_complete():
    table = FakeTable()
    await asyncio.gather(*(tables(table).publish(card(new)) for new in (1, 2, 3)))
    assert await tables(table).in_force("default", NEW_YEAR) in [card(new) for new in (1, 2, 3)]
    assert len([rows for rows in table.partitions.values() if rows]) == 2


async def test_concurrent_publications_of_the_same_content_do_not_delete_each_others_rates():
    table = FakeTable()
    await tables(table).publish(card(1))
    await asyncio.gather(*(tables(table).publish(card(2)) for _ in range(3)))
    assert await price(tables(table)) == 2


async def test_a_slow_deletion_of_replaced_rates_spares_rates_published_meanwhile():
    table = FakeTable()
    await tables(table).publish(card(1))
    removing, go_on = asyncio.Event(), asyncio.Event()

    async def hold(verb, partition, _what):
        if verb == "range" and partition != VERSIONS:
            table.before = None
            removing.set()
            await go_on.wait()

    table.before = hold
    slow = asyncio.create_task(tables(table).publish(card(2)))
    await removing.wait()
    await tables(table).publish(card(1))
    go_on.set()
    await slow
    assert await price(tables(table)) == 1


async def test_publishing_succeeds_although_another_process_has_just_deleted_the_replaced_rates():
    table = FakeTable()
    await tables(table).publish(card(1))

    async def overtake(verb, partition, writes):
        if verb == "transact" and partition != VERSIONS and isinstance(writes[0], Delete):
            table.before = None
            table.partitions[partition].clear()

    table.before = overtake
    await tables(table).publish(card(2))
    assert table.before is None
    assert await price(tables(table)) == 2


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
