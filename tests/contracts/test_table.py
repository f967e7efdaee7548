"""What `Table` promises: the fake in memory, and Azure's SDK against Azurite, alike."""

import asyncio
from uuid import uuid4

import pytest

from shared.adapters.azure_tables import AzureTable, table_service
from shared.ports import Create, Delete, Replace, RowChangedError, RowExistsError, Upsert, WriteRefusedError
from tests.fakes.table import FakeTable

P = "5f0c1f9e-0000-4000-8000-000000000001"


@pytest.fixture(params=["fake", "azurite"])
async def table(request):
    """An empty table."""
    if request.param == "fake":
        yield FakeTable()
        return
    async with table_service(request.getfixturevalue("azurite")) as service:
        yield AzureTable(await service.create_table(f"t{uuid4().hex}"))


async def rows(table, first="", end="~", limit=None, *, partition=P):
    """What is in the table: values by key."""
    found = await table.range(partition, first, end, limit)
    return {row.key: dict(row.values) for row in found.rows}


async def put(table, *keys, **values):
    """Create the rows *keys* and return their ETags."""
    return await table.transact(P, [Create(key, values or {"n": 1}) for key in keys])


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


# --- ranges

KEYS = ["", "a", "a:", "a:head", "a:lot:1", "a:lot:2", "a;", "b", "j:000000000009", "j:000000000010", "m:A", "m:a", "~"]


@pytest.mark.parametrize(
    ("first", "end"),
    [
        ("a:", "a;"),
        ("a:lot:", "a:lot;"),
        ("a:lot:1", "a:lot:2"),  # the end is not in it
        ("a:lot:1", "a:lot:1"),
        ("j:", "k"),
        ("m:A", "m:a"),  # by code, so that A is before a
        ("n", "~"),
        ("z", "a"),
    ],
)
async def test_a_range_holds_the_keys_from_the_first_up_to_the_end_in_order(table, first, end):
    keys = KEYS[1:-1]
    await put(table, *reversed(keys))
    await table.transact("another", [Create("a:head", {"n": 2})])
    assert list(await rows(table, first, end)) == [key for key in keys if first <= key < end]


async def test_an_empty_range_is_one_response_without_rows(table):
    found = await table.range(P, "a", "b")
    assert (list(found.rows), found.responses) == ([], 1)


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (4, 4), (5, 5), (6, 5), (None, 5)])
async def test_a_limit_is_never_passed(table, limit, count):
    await put(table, *"abcde")
    found = await table.range(P, "", "~", limit)
    assert [row.key for row in found.rows] == list("abcde")[:count]


async def test_what_is_asked_for_is_a_value_and_no_query(table):
    await put(table, "a")
    await table.transact("o'clock", [Create("it's", {"n": 2})])
    assert await rows(table, partition="o'clock") == {"it's": {"n": 2}}
    assert await rows(table, partition="' or PartitionKey ne '") == {}
    assert await rows(table, "' or RowKey ne '", "~' or RowKey ne '") == {"a": {"n": 1}}


async def test_many_rows_come_in_several_responses_all_of_them_in_order(table):
    keys = [f"{number:05d}" for number in range(1_001)]
    for start in range(0, len(keys), 100):
        await put(table, *keys[start : start + 100])
    found = await table.range(P, "", "~")
    assert [row.key for row in found.rows] == keys
    assert found.responses == 2
    fewer = await table.range(P, "00001", "~")
    assert (len(fewer.rows), fewer.responses) == (1_000, 1)
    limited = await table.range(P, "", "~", 1_000)
    assert ([row.key for row in limited.rows], limited.responses) == (keys[:1_000], 1)


# --- values


@pytest.mark.parametrize(
    "value",
    [
        0,
        1,
        -1,
        2**31,  # Int64 whatever its size
        2**53 + 1,
        2**63 - 1,
        -(2**63),
        True,
        False,
        "",
        " ",
        "true",
        "7",
        "2026-03-01T12:00:00Z",  # times are text
        "5f0c1f9e-0000-4000-8000-000000000001",
        "caf\u00e9 \u65e5\u672c \U0001f4de",
        "e\u0301",  # not composed on the way
        "\r\n--batch_boundary\r\n",
        '"\\/<>&',
        "\u2028\u0000\u001f",
        "x" * 32_767,
        "\u65e5" * 32_767,
    ],
    ids=lambda value: repr(value)[:24],
)
async def test_a_value_comes_back_as_it_was_with_its_type(table, value):
    await table.transact(P, [Create("a", {"value": value})])
    read = (await table.get(P, "a")).values["value"]
    assert (read, type(read)) == (value, type(value))
    [listed] = (await rows(table)).values()
    assert (listed["value"], type(listed["value"])) == (value, type(value))


@pytest.mark.parametrize("value", ["x" * 32_769, "\u65e5" * 32_769, "\U0001f4de" * 16_385], ids=lambda v: v[0])
async def test_a_text_of_more_than_64_kib_in_utf_16_is_refused(table, value):
    with pytest.raises(WriteRefusedError) as refused:
        await table.transact(P, [Create("fine", {"n": 1}), Create("a", {"value": value})])
    assert not isinstance(refused.value, RowExistsError | RowChangedError)
    assert refused.value.index == 1
    assert await rows(table) == {}


@pytest.mark.parametrize("key", ["a/b", "a\\b", "a#b", "a?b", "a\tb", "a\nb", "a\x7fb", "x" * 513])
async def test_a_key_that_can_not_be_is_refused(table, key):
    with pytest.raises(WriteRefusedError) as refused:
        await table.transact(P, [Create("fine", {"n": 1}), Create(key, {"n": 1})])
    assert not isinstance(refused.value, RowExistsError | RowChangedError)
    assert await rows(table) == {}


@pytest.mark.parametrize(
    "key", ["a b", "it's", "''", "a|b", "a:b;c", "a!b~", "a+b&c=d", "100%41", "(a,b)", "caf\u00e9", "x" * 512]
)
async def test_every_write_finds_its_row_whatever_its_key_looks_like(table, key):
    await put(table, key)
    assert (await table.get(P, key)).key == key
    assert list(await rows(table, "", "\uffff")) == [key]
    [etag] = await table.transact(P, [Upsert(key, {"n": 2})])
    [etag] = await table.transact(P, [Replace(key, {"n": 3}, etag)])
    assert await rows(table, "", "\uffff") == {key: {"n": 3}}
    await table.transact(P, [Delete(key, etag)])
    assert await table.get(P, key) is None


@pytest.mark.parametrize("partition", ["unattributed", "a b", "it's", "caf\u00e9", "100%", "a&b=c+d"])
async def test_every_write_finds_its_partition_whatever_its_name_looks_like(table, partition):
    [etag] = await table.transact(partition, [Create("a", {"n": 1})])
    [etag] = await table.transact(partition, [Replace("a", {"n": 2}, etag)])
    assert (await table.get(partition, "a")).etag == etag
    assert await rows(table, partition=partition) == {"a": {"n": 2}}
    await table.transact(partition, [Delete("a", etag), Upsert("b", {"n": 3})])
    assert await rows(table, partition=partition) == {"b": {"n": 3}}


PAGE = {f"p{number}": "x" * 32_000 for number in range(7)}


async def test_a_page_of_seven_full_properties_is_a_row(table):
    await table.transact(P, [Create("j:000000000001", PAGE)])
    assert await rows(table) == {"j:000000000001": PAGE}


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_a_transaction_of_more_than_4_mib_is_refused(table):
    with pytest.raises(WriteRefusedError):
        await put(table, *(f"{number:02d}" for number in range(19)), **PAGE)
    assert await rows(table) == {}
    await put(table, *(f"{number:02d}" for number in range(18)), **PAGE)
    assert len(await rows(table)) == 18
