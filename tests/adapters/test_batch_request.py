"""The lean client sends what azure-data-tables sends: the same bytes, headers, signature and timeouts."""

import logging
from random import Random

import pytest
from azure.core.credentials import AccessToken, AzureSasCredential
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.clock import SystemClock
from shared.adapters.storage.batch_request import NotEncodedError, Target, batch_request
from shared.adapters.storage.lean_table import REAL_TIME
from shared.ports import Create, Delete, Replace, Upsert, Write
from tests.adapters.wire_answers import usual_answer
from tests.adapters.wire_rig import Answer, hear_both
from tests.adapters.wire_transactions import ETAG, KEYS, odd_transaction, transaction

TARGET = Target("https://credits.table.core.windows.net/Ledger", "2019-02-02")
WRITES: list[Write] = [
    Create("a:head", {"n": 2**63 - 1, "text": "it's\r\n\u65e5", "flag": False}),
    Replace("it's", {"n": -1}, ETAG),
    Upsert("a b", {}),
    Delete("\u65e5", ETAG),
]

dices = st.integers(0, 2**32).map(Random)


keys = st.sampled_from(KEYS) | st.text(max_size=40)
values = st.dictionaries(
    st.text(max_size=10), st.text() | st.booleans() | st.integers(-(2**63), 2**63 - 1), max_size=5
).map(lambda properties: {name: value for name, value in properties.items() if name not in {"PartitionKey", "RowKey"}})
etags = st.from_regex(r'W/"[!-~]*"', fullmatch=True)
writes_of_the_port = st.one_of(
    st.builds(Create, keys, values),
    st.builds(Upsert, keys, values),
    st.builds(Replace, keys, values, etags),
    st.builds(Delete, keys, etags),
)


@given(keys, st.lists(writes_of_the_port, min_size=1, max_size=100), dices)
async def test_any_transaction_of_the_port_is_the_same_request(partition, writes, dice):
    by_sdk, by_lean = await hear_both(partition, writes, usual_answer(dice, len(writes)))
    assert by_lean == by_sdk
    assert len(by_lean.sent) == 1
    assert by_lean.by_sdk == 0, "azure-data-tables did the work"


@given(dices)
async def test_a_transaction_with_characters_to_escape_is_the_same_request(dice):
    partition, writes = transaction(dice)
    by_sdk, by_lean = await hear_both(partition, writes, usual_answer(dice, len(writes)))
    assert by_lean == by_sdk
    assert len(by_lean.sent) == 1
    assert by_lean.by_sdk == 0, "azure-data-tables did the work"


@given(dices)
async def test_an_odd_transaction_is_the_same_request_or_the_same_failure(dice):
    partition, writes = odd_transaction(dice)
    by_sdk, by_lean = await hear_both(partition, writes, usual_answer(dice, max(1, len(writes))))
    assert by_lean == by_sdk


@pytest.mark.parametrize("count", [1, 2, 99, 100])
async def test_any_number_of_writes_is_the_same_request(count):
    by_sdk, by_lean = await hear_both("p", [Create(f"{number}", {"n": number}) for number in range(count)])
    assert by_lean == by_sdk
    assert by_lean.sent[0].body.count(b"Content-ID: ") == count


class Token:
    """An identity that counts for whom it was asked."""

    async def get_token(self, *scopes, **options):
        return AccessToken(f"{scopes} {sorted(options.items())}", 2**40)


@pytest.mark.parametrize(
    "credential", [AzureSasCredential("sv=2019-02-02&sig=abc%3D"), Token()], ids=["sas", "identity"]
)
async def test_every_credential_makes_the_same_request(credential):
    by_sdk, by_lean = await hear_both("p", WRITES, credential=credential)
    assert by_lean == by_sdk
    assert len(by_lean.sent) == 1


async def test_a_challenge_of_the_storage_is_answered_as_azure_data_tables_answers_it():
    where = "https://login.microsoftonline.com/5f0c1f9e/oauth2/authorize"
    challenge = f"Bearer authorization_uri={where} resource_id=https://storage.azure.com"
    refused = Answer(401, (("WWW-Authenticate", challenge),), b"")
    by_sdk, by_lean = await hear_both("p", WRITES, refused, Answer(202, (), b""), credential=Token())
    assert by_lean == by_sdk
    authorised = [dict(sent.headers)["Authorization"] for sent in by_lean.sent]
    assert ["tenant_id" in header and "5f0c1f9e" in header for header in authorised] == [False, True]


def test_a_request_is_signed_with_the_present_and_not_with_the_clock_of_the_service():
    assert isinstance(REAL_TIME, SystemClock)


@pytest.mark.parametrize("status", [202, 409, 503])
async def test_no_key_of_a_row_is_logged(caplog, status):
    caplog.set_level(logging.DEBUG)
    kind = (("Content-Type", "application/json"),)
    await hear_both("tenant-key", [Create("row-key", {"n": 1})], Answer(status, kind, b'{"odata.error": 1}'))
    assert "row-key" not in caplog.text
    assert "tenant-key" not in caplog.text


@pytest.mark.parametrize(
    "writes",
    [
        [],
        [Create(f"{number}", {}) for number in range(101)],
        [Create("a", {"n": 2**63})],
        [Create("a", {"n": None})],  # type: ignore[dict-item]
        [Create("a", {"RowKey": "b"})],
        [Replace("a", {}, "")],
        [Delete("a", 'W/"a\r\nX: y"')],
        [Upsert("\ud800", {})],
    ],
)
def test_what_the_port_does_not_take_is_not_encoded(writes):
    with pytest.raises(NotEncodedError):
        batch_request(TARGET, "p", writes, "now")
