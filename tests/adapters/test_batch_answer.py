"""The lean client reads an answer as azure-data-tables does, whatever the answer is."""

import gzip
from random import Random
from uuid import uuid4

import pytest
from azure.core.pipeline.transport import AioHttpTransport
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.storage.azure_tables import AzureTable, table_service
from shared.ports import Create, Delete, Replace, RowChangedError, RowExistsError, Upsert, WriteRefusedError
from tests.adapters.wire_answers import BATCH, PART, USUAL_REFUSALS, multipart, refusal, usual_answer
from tests.adapters.wire_flaws import SWAPS, odd_answer
from tests.adapters.wire_rig import Answer, hear_both
from tests.adapters.wire_transactions import ETAG, transaction
from tests.example_ids import example_id

dices = st.integers(0, 2**32).map(Random)


@given(dices)
async def test_a_usual_answer_means_the_same(dice):
    partition, writes = transaction(dice, 20)
    by_sdk, by_lean = await hear_both(partition, writes, usual_answer(dice, len(writes)))
    assert by_lean.end == by_sdk.end
    assert by_lean.by_sdk == 0, "azure-data-tables did the work"


@given(dices)
async def test_any_other_answer_means_the_same(dice):
    partition, writes = transaction(dice, 6)
    by_sdk, by_lean = await hear_both(partition, writes, odd_answer(dice, len(writes)))
    assert by_lean.end == by_sdk.end
    assert len(by_lean.sent) == len(by_sdk.sent) == 1


@pytest.mark.parametrize("swap", SWAPS, ids=example_id)
@pytest.mark.parametrize("refused", [False, True], ids=["applied", "refused"])
async def test_an_answer_with_one_flaw_means_the_same(swap, refused):
    dice, (old, new) = Random(0), (word.encode() for word in swap)
    kinds = [refusal(dice, USUAL_REFUSALS[0], "1:")]
    answer = multipart(kinds) if refused else next(_applied_answers(dice, 3))
    broken = Answer(answer.status, answer.headers, answer.body.replace(old, new))
    by_sdk, by_lean = await hear_both("p", [Create(key, {}) for key in "abc"], broken)
    assert by_lean.end == by_sdk.end


def _applied_answers(dice, writes):
    """Answers in which every write is applied, and rows are echoed."""
    while True:
        answer = usual_answer(dice, writes)
        if all(words in answer.body for words in (b"201 Created", b"204 No Content", b"ETag", b"odata.metadata")):
            yield answer


@pytest.mark.parametrize("kind", USUAL_REFUSALS, ids=lambda kind: kind[1])
@pytest.mark.parametrize("index", [0, 1, 9, 10, 50, 98, 99])
async def test_each_write_that_can_be_at_fault_is_named(kind, index):
    writes = [Create(f"{number}", {}) for number in range(100)]
    by_sdk, by_lean = await hear_both("p", writes, multipart([refusal(Random(index), kind, f"{index}:")]))
    assert by_lean.end == by_sdk.end
    error = RowExistsError if kind[1] == "EntityAlreadyExists" else RowChangedError
    assert by_lean.end == (error.__name__, index, f"write {index}: {kind[0][:3]} {index}:{kind[2]}")
    assert by_lean.by_sdk == 0, "azure-data-tables did the work"


@pytest.mark.parametrize("line", [f"--{BATCH}", f"--{BATCH}--", "--", "row"])
async def test_a_line_in_the_place_of_a_row_means_the_same(line):
    parts = [f'{PART}HTTP/1.1 201 Created\r\nETag: W/"{number}"\r\n\r\n{line}\r\n'.encode() for number in range(2)]
    by_sdk, by_lean = await hear_both("p", [Create("a", {}), Create("b", {})], multipart(parts))
    assert by_lean.end == by_sdk.end


@pytest.mark.parametrize("status", [200, 204, 400, 409, 412, 413, 500, 503])
@pytest.mark.parametrize("seed", range(4))
async def test_a_usual_content_under_another_status_means_the_same(status, seed):
    answer = usual_answer(Random(seed), 2)
    strange = Answer(status, answer.headers, answer.body)
    by_sdk, by_lean = await hear_both("p", [Create("a", {}), Create("b", {})], strange)
    assert by_lean.end == by_sdk.end


NO_SNIFF = "X-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\n"
PLACE = "https://credits.table.core.windows.net/Ledger(PartitionKey='p',RowKey='a')"
REPLACED = f"204 No Content\r\nContent-ID: 0\r\n{NO_SNIFF}DataServiceVersion: 1.0;\r\nETag: {ETAG}\r\n\r\n\r\n"
DELETED = f"204 No Content\r\nContent-ID: 0\r\n{NO_SNIFF}DataServiceVersion: 1.0;\r\n\r\n\r\n"
CREATED = (
    f"204 No Content\r\nContent-ID: 0\r\n{NO_SNIFF}Preference-Applied: return-no-content\r\n"
    f"DataServiceVersion: 3.0;\r\nLocation: {PLACE}\r\nDataServiceId: {PLACE}\r\nETag: {ETAG}\r\n\r\n\r\n"
)
EXISTS = (
    f"409 Conflict\r\nContent-ID: 1\r\n{NO_SNIFF}Preference-Applied: return-no-content\r\nDataServiceVersion: 3.0;\r\n"
    "Content-Type: application/json;odata=minimalmetadata;streaming=true;charset=utf-8\r\n\r\n"
    '{"odata.error":{"code":"EntityAlreadyExists","message":{"lang":"en-US",'
    '"value":"0:The specified entity already exists.\\nRequestId:a1f47a48\\nTime:2014-01-31T10:28:02.5907425Z"}}}\r\n'
)


@pytest.mark.parametrize(
    ("content", "end"),
    [
        (REPLACED, [ETAG]),
        (DELETED, [""]),
        (CREATED, [ETAG]),
        (EXISTS, ("RowExistsError", 0, "write 0: 409 0:The specified entity already exists.")),
    ],
    ids=["replaced", "deleted", "created", "exists"],
)
async def test_the_forms_of_azure_s_answers_are_read_here(content, end):
    """As public recordings of real storage accounts have them (`Server: Windows-Azure-Table/1.0`)."""
    by_sdk, by_lean = await hear_both("p", [Create("a", {})], multipart([f"{PART}HTTP/1.1 {content}".encode()]))
    assert by_lean.end == by_sdk.end == end
    assert by_lean.by_sdk == 0, "azure-data-tables did the work"


async def test_a_compressed_answer_means_the_same():
    answer = usual_answer(Random(1), 2)
    compressed = Answer(202, (*answer.headers, ("Content-Encoding", "gzip")), gzip.compress(answer.body))
    by_sdk, by_lean = await hear_both("p", [Create("a", {}), Create("b", {})], compressed)
    assert by_lean.end == by_sdk.end
    assert isinstance(by_lean.end, list)


@pytest.mark.parametrize("body", [b"", b"{}", b"413"])
async def test_too_much_at_once_is_refused_whatever_the_answer_says(body):
    by_sdk, by_lean = await hear_both("p", [Create("a", {})], Answer(413, (), body))
    assert by_lean.end == by_sdk.end
    assert by_lean.end[0] == "WriteRefusedError"


@pytest.fixture
async def recorded(azurite, monkeypatch):
    """What Azurite answers to transactions of every kind, with the number of their writes."""
    answers = []
    real = AioHttpTransport.send

    async def send(transport, request, **options):
        answer = await real(transport, request, **options)
        if request.url.endswith("$batch"):
            headers = tuple((name, value) for name, value in answer.headers.items() if name != "Transfer-Encoding")
            answers.append(Answer(answer.status_code, headers, await answer.read()))
        return answer

    monkeypatch.setattr(AioHttpTransport, "send", send)
    async with table_service(azurite) as service:
        table = AzureTable(await service.create_table(f"t{uuid4().hex}"))
        one, two, three = await table.transact("p", [Create(key, {"n": 1, "s": "\u65e5"}) for key in "abc"])
        await table.transact("p", [Replace("a", {}, one), Upsert("d", {}), Delete("b", two), Create("e", {})])
        fine = [Upsert("f", {}), Upsert("g", {})]
        refused = (
            Create("a", {}),
            Replace("c", {}, ETAG),
            Delete("c", ETAG),
            Delete("z", three),
            Create("b#", {}),
            Create("big", {"s": "x" * 40_000}),
        )
        for write in refused:
            for writes in ([write], [write, *fine], [*fine, write]):
                with pytest.raises(WriteRefusedError):
                    await table.transact("p", writes)
    monkeypatch.undo()
    return answers


async def test_what_azurite_answered_means_the_same(recorded):
    assert len(recorded) == 20
    read_here = 0
    for answer in recorded:
        count = answer.body.count(b"HTTP/1.1 20") or 1
        by_sdk, by_lean = await hear_both("p", [Create(f"{number}", {}) for number in range(count)], answer)
        assert by_lean.end == by_sdk.end
        read_here += by_lean.by_sdk == 0
    assert read_here >= 14
