"""What `Table` promises of writing: the fake in memory, and Azurite behind the adapter, alike."""

import asyncio

import pytest

from shared.ports import Create, Delete, Replace, RowChangedError, RowExistsError, Upsert, WriteRefusedError
from tests.contracts.tables import P, put, rows

# --- one write


async def test_a_created_row_is_there_under_the_etag_that_was_returned(table):
    [etag] = await table.transact(P, [Create("a", {"n": 1, "s": "x"})])
    row = await table.get(P, "a")
    assert (row.key, row.etag, dict(row.values)) == ("a", etag, {"n": 1, "s": "x"})
    [same] = (await table.range(P, "a", "b")).rows
    assert same == row


async def test_a_row_that_is_not_there_is_none(table):
    assert await table.get(P, "a") is None
    await put(table, "a")
    assert await table.get(P, "b") is None
    assert await table.get("another", "a") is None


async def test_to_create_a_row_that_is_there_is_refused(table):
    await put(table, "a")
    with pytest.raises(RowExistsError) as refused:
        await table.transact(P, [Create("a", {"n": 2})])
    assert refused.value.index == 0
    assert await rows(table) == {"a": {"n": 1}}


async def test_to_replace_is_to_overwrite_every_property(table):
    [etag] = await put(table, "a", n=1, s="x")
    [newer] = await table.transact(P, [Replace("a", {"n": 2}, etag)])
    assert newer != etag
    assert (await table.get(P, "a")).etag == newer
    assert await rows(table) == {"a": {"n": 2}}


async def test_an_etag_is_used_up_by_every_write(table):
    [etag] = await put(table, "a")
    seen = {etag}
    for number in range(20):
        [etag] = await table.transact(P, [Replace("a", {"n": number}, etag)])
        assert etag not in seen
        seen.add(etag)


@pytest.mark.parametrize("write", [lambda etag: Replace("a", {"n": 3}, etag), lambda etag: Delete("a", etag)])
async def test_a_stale_etag_is_refused_even_when_the_row_holds_the_same_again(table, write):
    [stale] = await put(table, "a")
    await table.transact(P, [Upsert("a", {"n": 1})])
    with pytest.raises(RowChangedError) as refused:
        await table.transact(P, [write(stale)])
    assert refused.value.index == 0
    assert await rows(table) == {"a": {"n": 1}}


@pytest.mark.parametrize("write", [lambda etag: Replace("a", {"n": 3}, etag), lambda etag: Delete("a", etag)])
async def test_a_row_that_is_gone_has_changed(table, write):
    [etag] = await put(table, "a")
    await table.transact(P, [Delete("a", etag)])
    with pytest.raises(RowChangedError) as refused:
        await table.transact(P, [write(etag)])
    assert refused.value.index == 0
    assert await rows(table) == {}


async def test_a_row_that_was_deleted_and_created_anew_is_another(table):
    [etag] = await put(table, "a")
    await table.transact(P, [Delete("a", etag)])
    await put(table, "a")
    with pytest.raises(RowChangedError):
        await table.transact(P, [Delete("a", etag)])


async def test_to_upsert_is_to_insert_or_to_overwrite_whatever_is_there(table):
    [first] = await table.transact(P, [Upsert("a", {"n": 1, "s": "x"})])
    [second] = await table.transact(P, [Upsert("a", {"n": 2})])
    assert first != second
    assert (await table.get(P, "a")).etag == second
    assert await rows(table) == {"a": {"n": 2}}


async def test_a_deleted_row_is_gone_and_has_no_etag(table):
    [etag] = await put(table, "a")
    assert list(await table.transact(P, [Delete("a", etag)])) == [""]
    assert await table.get(P, "a") is None


# --- several writes


async def test_each_write_of_a_transaction_has_its_etag_in_the_order_given(table):
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
async def test_all_or_none_is_written_and_the_write_at_fault_is_named(table, write, error, place):
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
async def test_of_several_faults_the_first_is_named(table, writes, error, index):
    head, *_ = await put(table, "head", "page", "marker")
    etags = {"stale": 'W/"stale"', "right": head}
    guarded = [Replace(w.key, w.values, etags[w.etag]) if isinstance(w, Replace) else w for w in writes]
    with pytest.raises(error) as refused:
        await table.transact(P, guarded)
    assert refused.value.index == index


async def test_of_many_who_replace_the_same_row_at_once_one_succeeds(table):
    [etag] = await put(table, "a")
    tries = [table.transact(P, [Replace("a", {"n": n}, etag), Create(f"by {n}", {"n": n})]) for n in range(8)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    lost = [outcome for outcome in outcomes if isinstance(outcome, RowChangedError)]
    assert len(lost) == 7
    [winner] = [n for n, outcome in enumerate(outcomes) if not isinstance(outcome, Exception)]
    assert await rows(table) == {"a": {"n": winner}, f"by {winner}": {"n": winner}}


async def test_a_hundred_writes_fit_and_one_more_does_not(table):
    await put(table, *(f"{n:03d}" for n in range(100)))
    assert len(await rows(table)) == 100
    with pytest.raises(WriteRefusedError):
        await put(table, *(f"more {n:03d}" for n in range(101)))
    assert len(await rows(table)) == 100


async def test_the_same_row_twice_in_one_transaction_is_refused(table):
    with pytest.raises(WriteRefusedError):
        await table.transact(P, [Create("a", {"n": 1}), Upsert("a", {"n": 2})])
    assert await rows(table) == {}
