"""The comparison behind `./dev prove wire` finds what it is there to find."""

import logging

import pytest

from shared.adapters.storage import batch_answer, batch_request, lean_table, read_answer, read_request
from shared.ports import RowChangedError
from tests.adapters.wire_comparison import compare

CASES = [f"planted {number}" for number in range(60)]


def finds(words):
    """Whether a difference with *words* is found. The search ends at the first one."""
    portions = (CASES[start : start + 5] for start in range(0, len(CASES), 5))
    return any(words in difference for portion in portions for difference in compare(portion).differences)


@pytest.fixture(autouse=True)
def _logging():
    yield
    logging.disable(logging.NOTSET)


def test_equal_clients_differ_nowhere():
    compared = compare(CASES)
    assert compared.differences == []
    assert compared.counts["encoded and read by the lean client alone"] >= 45
    assert compared.counts["applied"] >= 10
    assert compared.counts["RowChangedError"] >= 5
    assert compared.counts["read: rows"] >= 15
    assert compared.counts["read: no row"] >= 3
    assert compared.counts["read: UnavailableError"] >= 3


def test_a_request_that_differs_is_found(monkeypatch):
    real = batch_request.quoted
    monkeypatch.setattr(batch_request, "quoted", lambda key: real(key).lower())
    assert finds(": sent ")


def test_a_read_whose_keys_are_escaped_otherwise_is_found(monkeypatch):
    real = batch_request.quoted
    monkeypatch.setattr(read_request, "quoted", lambda key: real(key).replace("%27", "'"))
    assert finds("read: sent ")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("_SYSTEM", frozenset({"PartitionKey", "RowKey"})),
        ("NEXT", {"PartitionKey": "x-ms-continuation-NextPartitionKey", "RowKey": "x-ms-request-id"}),
    ],
)
def test_a_read_that_means_something_else_is_found(monkeypatch, name, wrong):
    monkeypatch.setattr(read_answer, name, wrong)
    assert finds(", read: ")


def test_any_404_that_is_taken_for_a_missing_row_is_found(monkeypatch):
    monkeypatch.setattr(lean_table, "says_missing", lambda *_: True)
    assert finds(", read: read 'None'")


@pytest.mark.parametrize("name", ["read_row", "read_page"])
def test_a_lean_client_that_leaves_reads_to_azure_data_tables_is_found(monkeypatch, name):
    monkeypatch.setattr(lean_table, name, lambda *_: None)
    assert finds("read: azure-data-tables did the work")


def test_an_answer_that_is_read_otherwise_is_found(monkeypatch):
    monkeypatch.setitem(batch_answer._REFUSALS, "EntityAlreadyExists", RowChangedError)
    assert finds(": read ")


def test_a_lean_client_that_leaves_the_work_to_azure_data_tables_is_found(monkeypatch):
    monkeypatch.setattr(lean_table, "read_answer", lambda *_: None)
    assert finds("did the work")
