"""Publications of rate cards that are interrupted, late or made at the same time: a card is complete or not there."""

import asyncio

import pytest

from shared.adapters.storage import rate_card_rows
from shared.adapters.storage.rate_card_rows import VERSIONS
from shared.ports import Delete, OutcomeUnknownError, Replace, UnavailableError
from tests.adapters.rate_cards import NEW_YEAR, Faults, card, price, tables
from tests.fakes.table import FakeTable


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
