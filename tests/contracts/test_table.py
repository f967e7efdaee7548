"""The contract of the port `Table` for writes, for the fake and for the adapter on Azurite."""

import asyncio

import pytest

from shared.ports import Create, Delete, Replace, RowChangedError, RowExistsError, Upsert, WriteRefusedError
from tests.contracts.tables import P, put, rows

# --- one write


async def test_a_created_row_has_the_returned_etag(table):
    [etag] = await table.transact(P, [Create("a", {"n": 1, "s": "x"})])
    row = await table.get(P, "a")
    assert (row.key, row.etag, dict(row.values)) == ("a", etag, {"n": 1, "s": "x"})
    [same] = (await table.range(P, "a", "b")).rows
    assert same == row


async def test_a_missing_row_is_none(table):
    assert await table.get(P, "a") is None
    await put(table, "a")
    assert await table.get(P, "b") is None
    assert await table.get("another", "a") is None


async def test_creating_an_existing_row_fails(table):
    await put(table, "a")
    with pytest.raises(RowExistsError) as refused:
        await table.transact(P, [Create("a", {"n": 2})])
    assert refused.value.index == 0
    assert await rows(table) == {"a": {"n": 1}}


async def test_replacing_a_row_overwrites_every_property(table):
    [etag] = await put(table, "a", n=1, s="x")
    [newer] = await table.transact(P, [Replace("a", {"n": 2}, etag)])
    assert newer != etag
    assert (await table.get(P, "a")).etag == newer
    assert await rows(table) == {"a": {"n": 2}}


async def test_every_write_changes_the_etag(table):
    [etag] = await put(table, "a")
    seen = {etag}
    for number in range(20):
        [etag] = await table.transact(P, [Replace("a", {"n": number}, etag)])
        assert etag not in seen
        seen.add(etag)


@pytest.mark.parametrize("write", [lambda etag: Replace("a", {"n": 3}, etag), lambda etag: Delete("a", etag)])
async def test_a_stale_etag_fails_even_if_the_row_has_the_same_values_again(table, write):
    [stale] = await put(table, "a")
    await table.transact(P, [Upsert("a", {"n": 1})])
    with pytest.raises(RowChangedError) as refused:
        await table.transact(P, [write(stale)])
    assert refused.value.index == 0
    assert await rows(table) == {"a": {"n": 1}}


@pytest.mark.parametrize("write", [lambda etag: Replace("a", {"n": 3}, etag), lambda etag: Delete("a", etag)])
async def test_replacing_a_deleted_row_fails(table, write):
    [etag] = await put(table, "a")
    await table.transact(P, [Delete("a", etag)])
    with pytest.raises(RowChangedError) as refused:
        await table.transact(P, [write(etag)])
    assert refused.value.index == 0
    assert await rows(table) == {}


async def test_a_row_that_was_created_again_has_another_etag(table):
    [etag] = await put(table, "a")
    await table.transact(P, [Delete("a", etag)])
    await put(table, "a")
    with pytest.raises(RowChangedError):
        await table.transact(P, [Delete("a", etag)])


async def test_an_upsert_inserts_or_overwrites_a_row(table):
    [first] = await table.transact(P, [Upsert("a", {"n": 1, "s": "x"})])
    [second] = await table.transact(P, [Upsert("a", {"n": 2})])
    assert first != second
    assert (await table.get(P, "a")).etag == second
    assert await rows(table) == {"a": {"n": 2}}


async def test_a_deleted_row_is_missing_and_has_no_etag(table):
    [etag] = await put(table, "a")
    assert list(await table.transact(P, [Delete("a", etag)])) == [""]
    assert await table.get(P, "a") is None


# --- several writes


async def test_a_transaction_returns_etags_in_the_order_of_its_writes(table):
    old, gone = await put(table, "old", "gone")
    etags = await table.transact(
        P, [Replace("old", {"n": 2}, old), Create("new", {"n": 3}), Delete("gone", gone), Upsert("any", {"n": 4})]
    )
    assert etags[2] == ""
    stored = {row.key: row.etag for row in (await table.range(P, "", "~")).rows}
    assert stored == {"old": etags[0], "new": etags[1], "any": etags[3]}
    assert await rows(table) == {"any": {"n": 4}, "new": {"n": 3}, "old": {"n": 2}}


FINE = [Create("x", {"n": 1}), Upsert("y", {"n": 1})]


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (Create("taken", {"n": 2}), RowExistsError),
        (Replace("taken", {"n": 2}, 'W/"stale"'), RowChangedError),
        (Replace("nowhere", {"n": 2}, 'W/"stale"'), RowChangedError),
        (Delete("taken", 'W/"stale"'), RowChangedError),
        (Delete("nowhere", 'W/"stale"'), RowChangedError),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
async def test_a_transaction_writes_all_or_nothing_and_names_the_failed_write(table, write, error, place):
    await put(table, "taken")
    writes = [*FINE[:place], write, *FINE[place:]]
    with pytest.raises(error) as refused:
        await table.transact(P, writes)
    assert refused.value.index == place
    assert await rows(table) == {"taken": {"n": 1}}


@pytest.mark.parametrize(
    ("writes", "error", "index"),
    [
        # a commit: head, page, markers
        ([Replace("head", {}, "stale"), Create("page", {}), Create("marker", {})], RowChangedError, 0),
        ([Replace("head", {}, "right"), Create("page", {}), Create("marker", {})], RowExistsError, 1),
        ([Replace("head", {}, "right"), Create("page 2", {}), Create("marker", {})], RowExistsError, 2),
        ([Create("head", {}), Create("page 2", {}), Create("marker", {})], RowExistsError, 0),
    ],
)
async def test_of_several_failed_writes_the_first_is_named(table, writes, error, index):
    head, *_ = await put(table, "head", "page", "marker")
    etags = {"stale": 'W/"stale"', "right": head}
    guarded = [Replace(w.key, w.values, etags[w.etag]) if isinstance(w, Replace) else w for w in writes]
    with pytest.raises(error) as refused:
        await table.transact(P, guarded)
    assert refused.value.index == index


async def test_of_concurrent_replacements_of_a_row_one_succeeds(table):
    [etag] = await put(table, "a")
    tries = [table.transact(P, [Replace("a", {"n": n}, etag), Create(f"by {n}", {"n": n})]) for n in range(8)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    lost = [outcome for outcome in outcomes if isinstance(outcome, RowChangedError)]
    assert len(lost) == 7
    [winner] = [n for n, outcome in enumerate(outcomes) if not isinstance(outcome, Exception)]
    assert await rows(table) == {"a": {"n": winner}, f"by {winner}": {"n": winner}}


async def test_a_transaction_may_have_a_hundred_writes(table):
    await put(table, *(f"{n:03d}" for n in range(100)))
    assert len(await rows(table)) == 100
    with pytest.raises(WriteRefusedError) as refused:
        await put(table, *(f"more {n:03d}" for n in range(101)))
    assert refused.value.index == 0
    assert "1 to 100 writes" in str(refused.value)
    assert len(await rows(table)) == 100


async def test_the_same_row_twice_in_one_transaction_is_rejected(table):
    with pytest.raises(WriteRefusedError):
        await table.transact(P, [Create("a", {"n": 1}), Upsert("a", {"n": 2})])
    assert await rows(table) == {}
