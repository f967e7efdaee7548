"""The lean client reads rows and pages as azure-data-tables does, whatever the answer is."""

import gzip
import json
from random import Random
from uuid import uuid4

import pytest
from azure.core.pipeline.transport import AioHttpTransport
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.storage.azure_tables import AzureTable, table_service
from shared.ports import Create, Row, UnavailableError, Value
from tests.adapters.wire_read_flaws import ODD_PROPERTIES, SWAPS, odd_answers
from tests.adapters.wire_reads import entity, missing, page, read, usual_answers
from tests.adapters.wire_rig import Answer, hear_both_read
from tests.adapters.wire_transactions import ETAG
from tests.example_ids import example_id

dices = st.integers(0, 2**32).map(Random)
READS = [("p", "a"), ("p", "a", "b", None)]
JSON = (("Content-Type", "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"),)

texts = st.text(st.characters(codec="utf-8"))
names = texts.filter(lambda name: not name.startswith("odata.") and not name.endswith("@odata.type"))
values = st.dictionaries(names, texts | st.booleans() | st.integers(-(2**63), 2**63 - 1), max_size=8)
values = values.map(
    lambda row: {name: row[name] for name in row if name not in {"PartitionKey", "RowKey", "Timestamp"}}
)


@given(texts, values, st.booleans())
async def test_any_row_of_the_port_is_read_as_it_was_written(key, properties, is_ascii):
    row = {"odata.etag": ETAG, "PartitionKey": "p", "RowKey": key, "Timestamp": "2026-11-29T23:19:53.6484931Z"}
    for name, value in properties.items():
        whole = type(value) is int
        row |= {name: str(value), f"{name}@odata.type": "Edm.Int64"} if whole else {name: value}
    for asked, content in zip(READS, (row, {"odata.metadata": "x", "value": [row]}), strict=True):
        by_sdk, by_lean = await hear_both_read(
            asked, Answer(200, JSON, json.dumps(content, ensure_ascii=is_ascii).encode())
        )
        assert by_lean.end == by_sdk.end
        assert repr(Row(key, ETAG, properties)) in by_lean.end
        assert by_lean.by_sdk == 0, "azure-data-tables did the work"


@given(dices)
async def test_a_usual_answer_means_the_same(dice):
    asked = read(dice)
    by_sdk, by_lean = await hear_both_read(asked, *usual_answers(dice, asked))
    assert by_lean.end == by_sdk.end
    assert by_lean.by_sdk == 0, "azure-data-tables did the work"


@given(dices)
async def test_any_other_answer_means_the_same(dice):
    asked = read(dice)
    by_sdk, by_lean = await hear_both_read(asked, *odd_answers(dice, asked))
    assert by_lean.end == by_sdk.end


@pytest.mark.parametrize("odd", ODD_PROPERTIES, ids=example_id)
@pytest.mark.parametrize("asked", READS, ids=["get", "range"])
async def test_a_row_with_an_odd_property_means_the_same(odd, asked):
    row = {**entity(Random(0)), **odd}
    content = row if len(asked) == 2 else {"value": [entity(Random(1)), row]}
    by_sdk, by_lean = await hear_both_read(asked, Answer(200, JSON, json.dumps(content).encode()))
    assert by_lean.end == by_sdk.end


@pytest.mark.parametrize("swap", SWAPS, ids=example_id)
@pytest.mark.parametrize("seed", range(4))
async def test_an_answer_with_one_flaw_means_the_same(swap, seed):
    dice, (old, new) = Random(seed), (word.encode() for word in swap)
    answers = [(READS[0], missing(dice)), *((asked, usual_answers(dice, asked)[-1]) for asked in READS)]
    for asked, answer in answers:
        broken = Answer(answer.status, answer.headers, answer.body.replace(old, new))
        by_sdk, by_lean = await hear_both_read(asked, broken)
        assert by_lean.end == by_sdk.end


@pytest.mark.parametrize("code", ["ResourceNotFound", "EntityNotFound"])
async def test_a_missing_row_is_none_without_azure_data_tables(code):
    by_sdk, by_lean = await hear_both_read(READS[0], missing(Random(0), code))
    assert by_lean.end == by_sdk.end == "None"
    assert by_lean.by_sdk == 0, "azure-data-tables did the work"


async def test_a_missing_table_is_an_outage_and_no_missing_row():
    for asked in READS:
        by_sdk, by_lean = await hear_both_read(asked, missing(Random(0), "TableNotFound"))
        assert by_lean.end == by_sdk.end
        assert by_lean.end[0] == "UnavailableError"


@pytest.mark.parametrize("status", [201, 202, 204, 304, 400, 401, 403, 404, 408, 409, 412, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("asked", READS, ids=["get", "range"])
async def test_a_row_under_another_status_means_the_same(status, asked):
    answer = usual_answers(Random(7), asked)[-1]
    by_sdk, by_lean = await hear_both_read(asked, Answer(status, answer.headers, answer.body))
    assert by_lean.end == by_sdk.end
    assert isinstance(by_lean.end, tuple) or status == 404


async def test_an_outage_after_some_pages_is_an_outage():
    place = [("x-ms-continuation-NextPartitionKey", "p"), ("x-ms-continuation-NextRowKey", "b")]
    busy = Answer(503, JSON, b'{"odata.error":{"code":"ServerBusy","message":{"lang":"en","value":"Busy.\\nTime:1"}}}')
    by_sdk, by_lean = await hear_both_read(READS[1], page(Random(0), place, 2), busy)
    assert by_lean == by_sdk
    assert by_lean.end == ("UnavailableError", None, "503 Busy.")


async def test_an_odd_page_between_usual_ones_means_the_same():
    dice, place = Random(0), (("x-ms-continuation-NextPartitionKey", "p"), ("x-ms-continuation-NextRowKey", "b"))
    row = {**entity(dice), "x": 1.5}
    odd = Answer(200, (*JSON, *place), json.dumps({"value": [row]}).encode())
    by_sdk, by_lean = await hear_both_read(READS[1], page(dice, place, 2), odd, page(dice, (), 1))
    assert by_lean == by_sdk
    assert by_lean.by_sdk == 1
    assert len(by_lean.sent) == 3


async def test_a_compressed_answer_means_the_same():
    answer = page(Random(0), (), 3)
    compressed = Answer(200, (*answer.headers, ("Content-Encoding", "gzip")), gzip.compress(answer.body))
    by_sdk, by_lean = await hear_both_read(READS[1], compressed)
    assert by_lean.end == by_sdk.end
    assert by_lean.end.startswith("Rows(")


async def test_what_azurite_answers_is_read_here(azurite, monkeypatch):
    answers = []
    real = AioHttpTransport.send

    async def send(transport, request, **options):
        answer = await real(transport, request, **options)
        if request.method == "GET":
            headers = tuple((name, value) for name, value in answer.headers.items() if name != "Transfer-Encoding")
            answers.append(Answer(answer.status_code, headers, answer.content))
        return answer

    async with table_service(azurite) as service:
        table = AzureTable(await service.create_table(f"t{uuid4().hex}"))
        values: dict[str, Value] = {
            "n": 5,
            "big": 2**63 - 1,
            "s": "it's \u65e5\U0001f4de\x85\u2028",
            "yes": True,
            "empty": "",
        }
        for start in range(0, 1100, 100):
            await table.transact("p", [Create(f"{start + number:04d}", values) for number in range(100)])
        monkeypatch.setattr(AioHttpTransport, "send", send)
        row, none = await table.get("p", "0000"), await table.get("p", "x")
        found = await table.range("p", "", "~")
        nowhere = AzureTable(service.get_table_client("nowhere"))
        with pytest.raises(UnavailableError):
            await nowhere.get("p", "a")
        monkeypatch.undo()
    assert [answer.status for answer in answers] == [200, 404, 200, 200, 404]
    for asked, recorded, expected in (
        (READS[0], answers[:1], repr(row)),
        (READS[0], answers[1:2], repr(none)),
        (READS[1], answers[2:4], repr(found)),
    ):
        by_sdk, by_lean = await hear_both_read(asked, *recorded)
        assert by_lean.end == by_sdk.end == expected
        assert by_lean.by_sdk == 0, "azure-data-tables did the work"
    by_sdk, by_lean = await hear_both_read(READS[0], answers[4])
    assert by_lean.end == by_sdk.end
