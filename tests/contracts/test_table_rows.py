"""The contract of the port `Table` for keys, ranges and values, for the fake and for the adapter on Azurite."""

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from azure.core.pipeline.transport import AioHttpTransport

from shared.adapters.storage.azure_tables import AzureTable, table_service
from shared.ports import Create, Delete, Replace, RowChangedError, RowExistsError, Upsert, WriteRefusedError
from tests.contracts.tables import P, put, rows
from tests.example_ids import example_id

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
        ("m:A", "m:a"),  # sorted by code point: A is before a
        ("n", "~"),
        ("z", "a"),
    ],
)
async def test_a_range_contains_keys_from_first_to_end_in_order(table, first, end):
    keys = KEYS[1:-1]
    await put(table, *reversed(keys))
    await table.transact("another", [Create("a:head", {"n": 2})])
    assert list(await rows(table, first, end)) == [key for key in keys if first <= key < end]


async def test_an_empty_range_is_one_response_without_rows(table):
    found = await table.range(P, "a", "b")
    assert (list(found.rows), found.responses) == ([], 1)


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (4, 4), (5, 5), (6, 5), (None, 5)])
async def test_a_limit_is_never_exceeded(table, limit, count):
    await put(table, *"abcde")
    found = await table.range(P, "", "~", limit)
    assert [row.key for row in found.rows] == list("abcde")[:count]


async def test_keys_are_values_and_never_part_of_a_query(table):
    await put(table, "a")
    await table.transact("o'clock", [Create("it's", {"n": 2})])
    assert await rows(table, partition="o'clock") == {"it's": {"n": 2}}
    assert await rows(table, partition="' or PartitionKey ne '") == {}
    assert await rows(table, "' or RowKey ne '", "~' or RowKey ne '") == {"a": {"n": 1}}


async def test_many_rows_are_read_in_order_from_several_responses(table):
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
        2**31,  # Int64 for any size
        2**53 + 1,
        2**63 - 1,
        -(2**63),
        True,
        False,
        "",
        " ",
        "true",
        "7",
        "2026-03-01T12:00:00Z",  # times are stored as text
        "5f0c1f9e-0000-4000-8000-000000000001",
        "caf\u00e9 \u65e5\u672c \U0001f4de",
        "e\u0301",  # Unicode is not normalised
        "\r\n--batch_boundary\r\n",
        '"\\/<>&',
        "\u2028\u0000\u001f",
        "x" * 32_767,
        "\u65e5" * 32_767,
    ],
    ids=lambda value: example_id(value)[:24],
)
async def test_a_value_is_read_back_with_its_type(table, value):
    await table.transact(P, [Create("a", {"value": value})])
    read = (await table.get(P, "a")).values["value"]
    assert (read, type(read)) == (value, type(value))
    [listed] = (await rows(table)).values()
    assert (listed["value"], type(listed["value"])) == (value, type(value))


@pytest.mark.parametrize(
    "value", ["x" * 32_769, "\u65e5" * 32_769, "\U0001f4de" * 16_385], ids=lambda value: example_id(value[0])
)
async def test_a_text_of_more_than_64_kib_in_utf_16_is_rejected(table, value):
    with pytest.raises(WriteRefusedError) as refused:
        await table.transact(P, [Create("fine", {"n": 1}), Create("a", {"value": value})])
    assert not isinstance(refused.value, RowExistsError | RowChangedError)
    assert refused.value.index == 1
    assert await rows(table) == {}


@pytest.mark.parametrize("key", ["a/b", "a\\b", "a#b", "a?b", "a\tb", "a\nb", "a\x7fb", "x" * 513])
async def test_an_invalid_key_is_rejected(table, key):
    with pytest.raises(WriteRefusedError) as refused:
        await table.transact(P, [Create("fine", {"n": 1}), Create(key, {"n": 1})])
    assert not isinstance(refused.value, RowExistsError | RowChangedError)
    assert await rows(table) == {}


@pytest.mark.parametrize(
    "key", ["a b", "it's", "''", "a|b", "a:b;c", "a!b~", "a+b&c=d", "100%41", "(a,b)", "caf\u00e9", "x" * 512]
)
async def test_every_write_works_with_unusual_keys(table, key):
    await put(table, key)
    assert (await table.get(P, key)).key == key
    assert list(await rows(table, "", "\uffff")) == [key]
    [etag] = await table.transact(P, [Upsert(key, {"n": 2})])
    [etag] = await table.transact(P, [Replace(key, {"n": 3}, etag)])
    assert await rows(table, "", "\uffff") == {key: {"n": 3}}
    await table.transact(P, [Delete(key, etag)])
    assert await table.get(P, key) is None


@pytest.mark.parametrize("partition", ["unattributed", "a b", "it's", "caf\u00e9", "100%", "a&b=c+d"])
async def test_every_write_works_with_unusual_partition_names(table, partition):
    [etag] = await table.transact(partition, [Create("a", {"n": 1})])
    [etag] = await table.transact(partition, [Replace("a", {"n": 2}, etag)])
    assert (await table.get(partition, "a")).etag == etag
    assert await rows(table, partition=partition) == {"a": {"n": 2}}
    await table.transact(partition, [Delete("a", etag), Upsert("b", {"n": 3})])
    assert await rows(table, partition=partition) == {"b": {"n": 3}}


PAGE = {f"p{number}": "x" * 32_000 for number in range(7)}


async def test_a_row_may_have_seven_full_properties(table):
    await table.transact(P, [Create("j:000000000001", PAGE)])
    assert await rows(table) == {"j:000000000001": PAGE}


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_a_transaction_of_more_than_4_mib_is_rejected(table):
    with pytest.raises(WriteRefusedError):
        await put(table, *(f"{number:02d}" for number in range(19)), **PAGE)
    assert await rows(table) == {}
    await put(table, *(f"{number:02d}" for number in range(18)), **PAGE)
    assert len(await rows(table)) == 18


@pytest.mark.parametrize(
    ("limit", "top"), [(None, None), (1, "1"), (1_000, "1000"), (1_001, "1000")], ids=["all", "one", "full", "more"]
)
async def test_a_range_requests_the_wanted_rows_and_at_most_a_page_of_the_storage(azurite, monkeypatch, limit, top):
    """The storage refuses requests for more than a thousand rows."""
    queries, real = [], AioHttpTransport.send

    async def send(transport, request, **options):
        queries.append(parse_qs(urlsplit(request.url).query))
        return await real(transport, request, **options)

    async with table_service(azurite) as service:
        table = AzureTable(await service.create_table(f"t{uuid4().hex}"))
        await put(table, "a", "b")
        monkeypatch.setattr(AioHttpTransport, "send", send)
        assert len((await table.range(P, "a", "c", limit)).rows) == (1 if limit == 1 else 2)
    assert [query.get("$top", [None])[0] for query in queries] == [top]
