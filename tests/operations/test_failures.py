"""How a command ends without a result: its exit code, its message, and one JSON object for programs."""

import os
import subprocess
import sys

import pytest

from local.machine.paths import ROOT
from operations.result import Code

ACCOUNT = "5f0c1f9e-0000-4000-8000-000000000001"


def test_help_names_every_exit_code(run):
    done = " ".join(run("--help").out.split())
    codes = done[done.index("Exit codes:") : done.index("Options:")]
    assert [code for code in Code if f" {code} " not in codes] == []


@pytest.mark.parametrize(
    "arguments",
    [("audit", "somebody"), ("suspense", "replay"), ("no-such-command",), (), ("audit", "--no-such-option")],
)
def test_wrong_usage_is_reported_to_programs_as_every_failure_is(run, arguments):
    done = run(*arguments, "--json")
    assert (done.code, done.value["error"]) == (2, "wrong_usage")
    assert done.value["detail"] in done.err
    assert run(*arguments).out == ""


def test_a_wrong_setting_is_reported_the_same_way(run):
    done = run("audit", "--json", CreditsStorage="nonsense")
    assert (done.code, done.value["error"]) == (2, "bad_settings")
    assert done.value["detail"] in done.err


@pytest.mark.parametrize("lines", [1, 50])
def test_a_reader_that_has_ended_is_no_error(machine, customer, lines):
    """With 1 line the broken pipe is found at the end, with 50 lines before it."""
    customer.report([customer.call(f"call-{number}") for number in range(lines)])
    reader, stdout = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "operations", "export", customer.account, "--json"],
        check=False,
        cwd=ROOT,
        env=dict(machine.settings),
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(stdout)
    assert (done.returncode, done.stderr) == (Code.READER_GONE, "")


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("nowhere/movements.jsonl", "No such file or directory"),
        ("a-file/movements.jsonl", "Not a directory"),
        ("taken.jsonl", "Is a directory"),
        ("m" * 300, "File name too long"),
    ],
)
def test_a_file_that_can_not_be_written_is_wrong_usage(run, customer, tmp_path, place, why):
    (tmp_path / "a-file").touch()
    (tmp_path / "taken.jsonl.unfinished").mkdir()
    done = run("export", customer.account, "--output", str(tmp_path / place), "--json")
    assert (done.code, done.value["error"]) == (2, "wrong_usage")
    assert f"'--output': cannot write {tmp_path / place}" in done.value["detail"]
    assert why in done.value["detail"]
    assert "Traceback" not in done.err
