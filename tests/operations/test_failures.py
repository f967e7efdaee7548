"""How a command ends without an answer: its exit code, its words, and one JSON object for programs."""

import os
import subprocess
import sys

import pytest

from local.machine.paths import ROOT
from operations.result import Code

ACCOUNT = "5f0c1f9e-0000-4000-8000-000000000001"


def test_help_tells_every_exit_code(run):
    told = " ".join(run("--help").out.split())
    codes = told[told.index("Exit codes:") : told.index("Options:")]
    assert [code for code in Code if f" {code} " not in codes] == []


@pytest.mark.parametrize(
    "arguments",
    [("audit", "somebody"), ("suspense", "replay"), ("no-such-command",), (), ("audit", "--no-such-option")],
)
def test_wrong_usage_is_told_to_programs_as_every_failure_is(run, arguments):
    told = run(*arguments, "--json")
    assert (told.code, told.value["error"]) == (2, "wrong_usage")
    assert told.value["detail"] in told.err
    assert run(*arguments).out == ""


def test_a_wrong_setting_is_told_the_same_way(run):
    told = run("audit", "--json", CreditsStorage="nonsense")
    assert (told.code, told.value["error"]) == (2, "bad_settings")
    assert told.value["detail"] in told.err


@pytest.mark.parametrize("lines", [1, 50])
def test_whoever_has_read_enough_is_left_quietly(machine, customer, lines):
    """With 1 line the pipe is found broken when all is written, with 50 on the way."""
    customer.report([customer.call(f"call-{number}") for number in range(lines)])
    reader, stdout = os.pipe()
    os.close(reader)
    told = subprocess.run(
        [sys.executable, "-m", "operations", "export", customer.account, "--json"],
        check=False,
        cwd=ROOT,
        env=dict(machine.settings),
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(stdout)
    assert (told.returncode, told.stderr) == (Code.READER_GONE, "")


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
    told = run("export", customer.account, "--output", str(tmp_path / place), "--json")
    assert (told.code, told.value["error"]) == (2, "wrong_usage")
    assert f"'--output': cannot write {tmp_path / place}" in told.value["detail"]
    assert why in told.value["detail"]
    assert "Traceback" not in told.err
