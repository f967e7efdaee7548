"""`credits import`: a file of usage is booked, or tried."""

import json
from uuid import uuid4

import pytest

TITLES = "id,direction,service,called,user,startedAt,durationSeconds"


@pytest.fixture
def file(customer, tmp_path):
    """Two calls and one of them again, a call without a rate, and one with a mistake, twice."""
    facts = customer.call("x")["data"]
    start = facts["startedAt"]

    def row(name, called=facts["called"], seconds=60):
        return f"{name},out,user,{called},ann,{start},{seconds}"

    path = tmp_path / "calls.csv"
    rows = (row("1"), row("2"), row("1"), row("3", called="+999123456789"), *[row("4", seconds="x")] * 2)
    path.write_text("\n".join((TITLES, *rows, "")))
    return path


def test_a_dry_run_tells_what_an_import_then_does_and_writes_nothing(run, customer, file):
    command = ("import", str(file), "--format", "csv", "--account", customer.account, "--json")
    tried = run(*command, "--dry-run")
    assert len(customer.items("/movements")) == 1  # the grant
    done = run(*command)
    counts = {"read": 6, "booked": 2, "duplicate": 2, "suspended": 2, "ignored": 0, "free": 0}
    reasons = {"no_rate": 1, "invalid_field": 1}
    expected = {"state": "done", **counts, "reasons": reasons, "detail": None}
    assert (tried.code, tried.value) == (1, {**expected, "dryRun": True})
    assert (done.code, done.value) == (1, {**expected, "dryRun": False})
    assert len(customer.items("/movements")) == 3


def test_a_second_import_is_all_duplicates_and_a_dry_run_knows_it(run, customer, file):
    command = ("import", str(file), "--format", "csv", "--account", customer.account, "--json")
    run(*command)
    for more in (("--dry-run",), ()):
        value = run(*command, *more).value
        assert (value["read"], value["duplicate"]) == (6, 6)


def test_what_an_unknown_account_sent_is_a_duplicate_in_a_dry_run(run, file):
    command = ("import", str(file), "--format", "csv", "--account", str(uuid4()), "--json")
    first = run(*command).value
    assert first["reasons"] == {"unknown_account": 3, "invalid_field": 1}
    assert run(*command, "--dry-run").value["duplicate"] == 6


def test_a_conflict_that_is_kept_is_a_duplicate_in_a_dry_run(run, customer, file, tmp_path):
    run("import", str(file), "--format", "csv", "--account", customer.account)
    changed = tmp_path / "changed.csv"
    changed.write_text(file.read_text().replace(",60", ",61"))
    command = ("import", str(changed), "--format", "csv", "--account", customer.account, "--json")
    tried, done, again = (run(*command, *more).value for more in (("--dry-run",), (), ("--dry-run",)))
    assert tried["reasons"] == done["reasons"] == {"conflict": 3}
    assert again["duplicate"] == 6


def test_people_read_a_summary_and_the_reasons(run, customer, file):
    done = run("import", str(file), "--format", "csv", "--account", customer.account, "--dry-run")
    assert "checked only, nothing was written: 6 records read: 2 booked, 2 duplicate, 2 suspended" in done.out
    assert "no_rate" in done.out


@pytest.mark.parametrize(
    ("content", "detail"),
    [(b"no;titles\n", "titles are missing"), (b"PK\x03\x04", "the zip file is damaged")],
)
def test_a_file_that_cannot_be_read_says_why(run, customer, tmp_path, content, detail):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    done = run("import", str(path), "--format", "csv", "--account", customer.account)
    assert done.code == 1
    assert detail in done.out


def test_wrong_usage_is_explained(run, file):
    unknown = run("import", str(file), "--format", "excel")
    assert unknown.code == 2
    assert "teams-pstn" in unknown.err
    profile = run("import", str(file), "--format", "csv", "--profile", "none", "--json")
    assert (profile.code, json.loads(profile.out)["error"]) == (1, "not_found")
