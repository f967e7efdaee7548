"""What can go wrong between a card and its rows."""

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
    """Raises at the *at*-th operation of *verb*, before it or after it was applied."""

    def __init__(self, verb, at, error):
        self.left, self.verb, self.error = at, verb, error

    async def __call__(self, verb, _partition, _what):
        if verb == self.verb:
            self.left -= 1
            if self.left == 0:
                raise self.error


async def test_what_another_process_publishes_is_in_force_here_after_5_seconds_at_the_latest():
    table, seconds = FakeTable(), Seconds()
    here, there = tables(table, seconds), tables(table, seconds)
    await there.publish(card(1))
    assert await price(here) == 1
    await there.publish(card(2))
    seconds.now = 5.0
    assert await price(here) == 1
    seconds.now = 5.001
    assert await price(here) == 2


async def test_a_fresh_look_shows_what_another_process_has_just_published():
    table = FakeTable()
    here, there = tables(table), tables(table)
    assert await price(here) is None
    await there.publish(card(1))
    assert await price(here) is None
    assert await price(here, "in_force_uncached") == 1


async def test_what_this_process_publishes_is_in_force_here_at_once():
    cards = tables(FakeTable())
    for new in (1, 2):
        await cards.publish(card(new))
        assert await price(cards) == new


async def test_a_list_that_was_being_read_while_this_process_published_is_read_again():
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
    asked = asyncio.create_task(cards.in_force("default", newer.valid_from))
    await asyncio.sleep(0)
    go_on.set()
    assert (await slow, await asked) == (1, newer)


async def test_between_two_looks_within_5_seconds_storage_is_not_asked():
    table = FakeTable()
    cards = tables(table)
    await cards.publish(card(1))
    await price(cards)
    table.before = Faults("range", 1, UnavailableError())
    assert await price(cards) == 1


async def test_many_who_ask_at_once_read_the_list_once_and_the_card_once():
    table = FakeTable()
    cards = tables(table)
    await tables(table).publish(card(1))
    asked = []

    async def count(verb, partition, _what):
        asked.append((verb, partition))

    table.before = count
    assert await asyncio.gather(*(price(cards) for _ in range(50))) == [1] * 50
    assert len(asked) == 2
    assert await asyncio.gather(*(price(cards, "in_force_uncached") for _ in range(50))) == [1] * 50
    assert len(asked) <= 4  # those who ask while a look is under way share the next one


async def test_only_the_cards_used_last_stay_in_memory():
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


async def test_rates_that_nobody_points_at_are_removed():
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
async def test_a_publication_that_breaks_off_anywhere_leaves_one_card_or_the_other_whole(verb, at, moment):
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


async def test_a_publication_that_lands_late_does_not_undo_a_later_one():
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
async def test_of_three_who_publish_one_version_at_once_all_succeed_and_one_stands_whole():
    table = FakeTable()
    await asyncio.gather(*(tables(table).publish(card(new)) for new in (1, 2, 3)))
    assert await tables(table).in_force("default", NEW_YEAR) in [card(new) for new in (1, 2, 3)]
    assert len([rows for rows in table.partitions.values() if rows]) == 2


async def test_of_two_who_publish_the_very_same_at_once_none_removes_the_rates_of_the_other():
    table = FakeTable()
    await tables(table).publish(card(1))
    await asyncio.gather(*(tables(table).publish(card(2)) for _ in range(3)))
    assert await price(tables(table)) == 2


async def test_who_removes_replaced_rates_slowly_does_not_remove_those_published_anew_meanwhile():
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


async def test_who_removes_replaced_rates_that_another_has_just_removed_has_published_all_the_same():
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


async def test_who_holds_a_list_of_versions_whose_rates_are_gone_reads_it_again():
    table = FakeTable()
    here = tables(table)
    await tables(table).publish(card(1))
    await here.versions()
    await tables(table).publish(card(2))
    assert await price(here) == 2


async def test_rates_that_are_not_those_of_the_version_are_an_outage_and_no_price():
    table = FakeTable()
    await tables(table).publish(card(1))
    [generation] = set(table.partitions) - {VERSIONS}
    [row] = table.partitions[generation].values()
    altered = {"p0": str(row.values["p0"]).replace(",1,", ",0,")}
    table.partitions[generation][row.key] = replace(row, values=altered)
    with pytest.raises(UnavailableError):
        await price(tables(table))


async def test_names_and_digests_but_no_outside_words_are_in_keys():
    table = FakeTable()
    await tables(table).publish(card(1, name="card/of #1?\\ \u2028 ünïcode"))
    for partition, rows in table.partitions.items():
        assert f"{partition}{''.join(rows)}".isalnum()
