"""What is known of an account, a line each, for somebody else's tools."""

import csv
import io
import json

import pytest

from operations.actions.sheet import Sheet


def test_movements_are_exported_one_a_line_as_the_portal_shows_them(run, customer):
    customer.report([customer.call(f"call-{number}") for number in range(5)])
    done = run("export", customer.account)
    assert [json.loads(line) for line in done.out.splitlines()] == customer.items("/movements")
    assert done.err == "6 movements\n"


def test_movements_between_two_instants(run, customer):
    customer.report(customer.call("call-1"))
    [grant, debit] = customer.items("/movements")
    first = run("export", customer.account, "--to", debit["at"])
    last = run("export", customer.account, "--from", debit["at"])
    assert [json.loads(first.out)["id"], json.loads(last.out)["id"]] == [grant["id"], debit["id"]]


def test_pages_are_exported_as_they_are_stored_each_behind_its_hash(run, customer):
    customer.report(customer.call("call-1"))
    pages = [json.loads(line) for line in run("export", customer.account, "--what", "pages").out.splitlines()]
    assert [page["sequence"] for page in pages] == list(range(1, len(pages) + 1))
    assert [page["previous"] for page in pages[1:]] == [page["hash"] for page in pages[:-1]]


def test_a_file_is_there_when_it_is_whole(run, customer, tmp_path, monkeypatch):
    target = tmp_path / "movements.csv"
    more = ("export", customer.account, "--format", "csv", "--output", str(target))
    with monkeypatch.context() as broken:
        broken.setattr(Sheet, "write", lambda *_: 1 / 0)
        assert run(*more).code == 70
        assert not target.exists()
    assert run(*more).code == 0
    [row] = csv.DictReader(target.read_text().splitlines())
    assert (row["kind"], row["amount"], row["amount.currency"]) == ("grant", "10.000000", "USD")


@pytest.mark.parametrize(
    ("reference", "cell"), [("=1+1", "'=1+1"), ("-x", "'-x"), ("-1.5", "-1.5"), ("PO 1", "PO 1"), (None, "")]
)
def test_a_text_that_a_spreadsheet_would_carry_out_is_kept_a_text(reference, cell):
    out = io.StringIO()
    Sheet("lots", out).write({"id": "lot-1", "reference": reference})
    [row] = csv.DictReader(out.getvalue().splitlines())
    assert row["reference"] == cell
