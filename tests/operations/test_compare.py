"""`credits compare`: a carrier's export against what was booked (R29)."""

import json

import openpyxl
import pytest

PERIOD = ("--from", "2020-01-01T00:00:00Z", "--to", "2100-01-01T00:00:00Z")


@pytest.fixture
def exported(customer, tmp_path, run):
    """Books two calls, and writes an export in which the first costs more and the second is missing."""
    first, second = customer.call("one"), customer.call("two")
    booked, path = tmp_path / "booked.json", tmp_path / "export.json"
    booked.write_text(json.dumps([first, second]))
    assert run("import", str(booked), "--format", "cloudevents").code == 0
    first["data"]["price"] = {"amount": "9.5", "currency": "USD"}
    path.write_text(json.dumps([first]))
    return path


def test_differences_are_listed_and_written_into_a_sheet(run, customer, exported, tmp_path):
    sheet = tmp_path / "dispute.xlsx"
    command = ("compare", customer.account, str(exported), "--format", "cloudevents", *PERIOD, "--sheet", str(sheet))
    done = run(*command, "--json")
    assert done.code == 1
    assert {name: done.value[name] for name in ("read", "matched", "counts")} == {
        "read": 1,
        "matched": 1,
        "counts": {"price": 1, "missing_there": 1},
    }
    price, missing = done.value["differences"]
    assert (price["class"], price["theirs"]) == ("price", {"amount": "9.500000", "currency": "USD"})
    assert (missing["class"], missing["record"], missing["event"]["id"]) == ("missing_there", None, "two")
    titles, *rows = openpyxl.load_workbook(sheet).worksheets[0].iter_rows(values_only=True)
    assert titles == ("class", "record", "event.source", "event.id", "ours", "theirs", "unit")
    assert [(row[0], row[3], row[5], row[6]) for row in rows] == [
        ("price", "one", 9.5, "USD"),
        ("missing_there", "two", None, "USD"),
    ]
    assert "1 record read, 1 matched, 2 differences" in run(*command).out


def test_an_export_that_equals_the_bookings_ends_well(run, customer, tmp_path):
    path = tmp_path / "export.json"
    path.write_text(json.dumps([customer.call("only")]))
    assert run("import", str(path), "--format", "cloudevents").code == 0
    done = run("compare", customer.account, str(path), "--format", "cloudevents", *PERIOD, "--json")
    assert (done.code, done.value["matched"], done.value["differences"]) == (0, 1, [])


def test_what_cannot_be_compared_says_why(run, customer, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_bytes(b"no;titles\n")
    bad = run("compare", customer.account, str(path), "--format", "csv", *PERIOD)
    assert bad.code != 0
    assert "titles are missing" in bad.err + bad.out
    unknown = run("compare", "00000000-0000-4000-8000-00000000dead", str(path), "--format", "csv", *PERIOD, "--json")
    assert (unknown.code, json.loads(unknown.out)["error"]) == (1, "not_found")
