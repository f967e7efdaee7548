"""Records are put into queue messages that the queue takes, whatever the records contain."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.use_cases.collection.records_event import (
    PAYLOAD_BYTES_MAX,
    RECORD_BYTES_MAX,
    Origin,
    messages,
    record_text,
)

ORIGIN = Origin("urn:credits:collector:aws", "chime-cdr", profile="p" * 128)
values = st.none() | st.booleans() | st.integers() | st.text(max_size=20)


@settings(max_examples=20)
@given(st.lists(st.dictionaries(st.text(max_size=5), values, max_size=5), max_size=10), st.integers(0, 20_000))
def test_every_record_arrives_once_in_order_and_every_message_fits(records, padding):
    padded = [{**record, "padding": "ü" * (padding // 6)} for record in records]
    sent = list(messages(ORIGIN, [record_text(record) for record in padded]))
    assert [record for text in sent for record in json.loads(text)["data"]["records"]] == padded
    assert all(len(text.encode()) <= PAYLOAD_BYTES_MAX and text.isascii() for text in sent)


def test_the_longest_record_fits():
    [text] = messages(ORIGIN, [record_text("x" * (RECORD_BYTES_MAX - 2))])
    assert len(text) <= PAYLOAD_BYTES_MAX


def test_the_same_records_make_the_same_event_and_others_another():
    assert list(messages(ORIGIN, ["1", "2"])) == list(messages(ORIGIN, ["1", "2"]))
    assert json.loads(next(messages(ORIGIN, ["1"])))["id"] != json.loads(next(messages(ORIGIN, ["2"])))["id"]


def test_no_records_make_no_message():
    assert list(messages(ORIGIN, [])) == []


@pytest.mark.parametrize("account", [None, "5f0c1f9e-0000-4000-8000-000000000001"])
def test_the_event_says_who_pays_if_it_is_known(account):
    [text] = messages(Origin("urn:x", "graph-pstn", account=account), ["{}"])
    data = json.loads(text)["data"]
    assert data == {"format": "graph-pstn", **({"account": account} if account else {}), "records": [{}]}
