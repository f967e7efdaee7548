"""The lean client reads with the requests of azure-data-tables: the same address, headers, signature and timeouts."""

import logging
from random import Random

import pytest
from azure.core.credentials import AccessToken, AzureSasCredential
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.storage.batch_request import NotEncodedError, Target
from shared.adapters.storage.lean_table import LeanTable
from shared.adapters.storage.pages import KeyRange
from shared.adapters.storage.read_request import range_address, row_address
from tests.adapters.wire_reads import missing, odd_read, page, read, usual_answers
from tests.adapters.wire_rig import Answer, hear, hear_both_read
from tests.adapters.wire_transactions import KEYS

TARGET = Target("https://credits.table.core.windows.net/Ledger", "2019-02-02")
PARTITION, KEY = "x-ms-continuation-NextPartitionKey", "x-ms-continuation-NextRowKey"

dices = st.integers(0, 2**32).map(Random)
keys = st.sampled_from(KEYS) | st.text(max_size=40)
limits = st.none() | st.integers(0, 3000)
reads = st.tuples(keys, keys) | st.tuples(keys, keys, keys, limits)


@given(reads, dices)
async def test_any_read_of_the_port_is_the_same_request(asked, dice):
    by_sdk, by_lean = await hear_both_read(asked, *usual_answers(dice, asked))
    assert by_lean == by_sdk
    assert by_lean.by_sdk == 0, "azure-data-tables did the work"


@given(dices)
async def test_a_read_with_characters_to_escape_is_the_same_request(dice):
    asked = read(dice)
    by_sdk, by_lean = await hear_both_read(asked, *usual_answers(dice, asked))
    assert by_lean == by_sdk
    assert by_lean.by_sdk == 0, "azure-data-tables did the work"


@given(dices)
async def test_an_odd_read_is_the_same_request_or_the_same_failure(dice):
    asked = odd_read(dice)
    by_sdk, by_lean = await hear_both_read(asked, *usual_answers(dice, asked))
    assert by_lean == by_sdk


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])), dices)
async def test_any_place_in_the_headers_continues_with_the_same_request(place, dice):
    for headers in ([(PARTITION, place)], [(KEY, place)], [(PARTITION, "p"), (KEY, place)]):
        answers = [page(dice, headers, 0), page(dice, headers, 1), page(dice, (), 1)]
        by_sdk, by_lean = await hear_both_read(("p", "a", "b", None), *answers)
        assert by_lean == by_sdk
        assert by_lean.by_sdk == 0, "azure-data-tables did the work"


async def test_an_empty_response_that_continues_is_not_the_end():
    dice = Random(0)
    empty = page(dice, [(PARTITION, "1!4!cA--"), (KEY, "1!4!YQ--")], 0)
    by_sdk, by_lean = await hear_both_read(("p", "a", "b", None), empty, empty, page(dice, (), 2))
    assert by_lean == by_sdk
    assert by_lean.end.endswith("responses=3)")
    assert [sent.url.partition("&Next")[2] for sent in by_lean.sent] == [
        "",
        *["PartitionKey=1%214%21cA--&NextRowKey=1%214%21YQ--"] * 2,
    ]


async def test_no_more_is_read_than_the_limit():
    continued = page(Random(0), [(PARTITION, "1!4!cA--"), (KEY, "1!4!YQ--")], 2)
    by_sdk, by_lean = await hear_both_read(("p", "a", "b", 4), continued)
    assert by_lean == by_sdk
    assert len(by_lean.sent) == 2


class Token:
    """An identity that counts for whom it was asked."""

    async def get_token(self, *scopes, **options):
        return AccessToken(f"{scopes} {sorted(options.items())}", 2**40)


@pytest.mark.parametrize(
    "credential", [AzureSasCredential("sv=2019-02-02&sig=abc%3D"), Token()], ids=["sas", "identity"]
)
@pytest.mark.parametrize("asked", [("it's", "a b"), ("it's", "a b", "\u65e5", 5)], ids=["get", "range"])
async def test_every_credential_makes_the_same_request(credential, asked):
    by_sdk, by_lean = await hear_both_read(asked, *usual_answers(Random(0), asked)[-1:], credential=credential)
    assert by_lean == by_sdk
    assert by_lean.by_sdk == 0, "azure-data-tables did the work"


async def test_a_challenge_of_the_storage_is_answered_as_azure_data_tables_answers_it():
    where = "https://login.microsoftonline.com/5f0c1f9e/oauth2/authorize"
    challenge = f"Bearer authorization_uri={where} resource_id=https://storage.azure.com"
    refused = Answer(401, (("WWW-Authenticate", challenge),), b"")
    by_sdk, by_lean = await hear_both_read(("p", "a"), refused, missing(Random(0)), credential=Token())
    assert by_lean == by_sdk
    assert by_lean.end == "None"
    assert len(by_lean.sent) == 2


async def test_a_redirection_of_a_read_is_an_outage_and_not_followed():
    elsewhere = Answer(302, (("Location", "https://elsewhere.example/"),), b"")
    by_sdk, by_lean = await hear_both_read(("p", "a"), elsewhere)
    assert by_lean.end == by_sdk.end
    assert by_lean.end[0] == "UnavailableError"
    assert len(by_lean.sent) == 1


@pytest.mark.parametrize("asked", [("tenant-key", "row-key"), ("tenant-key", "row-key", "~", None)])
async def test_no_key_of_a_row_is_logged(caplog, asked):
    """azure-data-tables logs the address, which has them."""

    async def called(table):
        return await (table.get if len(asked) == 2 else table.range)(*asked)

    caplog.set_level(logging.DEBUG)
    await hear(LeanTable, called, usual_answers(Random(0), asked)[-1])
    assert "row-key" not in caplog.text
    assert "tenant-key" not in caplog.text


@pytest.mark.parametrize("key", ["\ud800", 5, None, b"a"])
def test_what_the_port_does_not_take_is_not_encoded(key):
    with pytest.raises(NotEncodedError):
        row_address(TARGET, "p", key)
    with pytest.raises(NotEncodedError):
        range_address(TARGET, KeyRange("p", key, "b", None), None)
