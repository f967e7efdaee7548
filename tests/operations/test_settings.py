"""Settings of the operator's command line: where they come from, which are needed, what is wrong with them."""

import json
import subprocess
import sys

import pytest

from local.machine.paths import ROOT

ACCOUNT = "5f0c1f9e-0000-4000-8000-000000000001"
NOBODY_LISTENS = "AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a"


def test_help_loads_nothing_that_takes_time():
    """Measured: 0.05 s for the whole of `credits --help`; the SDKs alone take ten times that."""
    heavy = ("azure", "stripe", "pydantic", "rich", "asyncio", "httpx", "shared.wiring.composition")
    lists = f"import sys, operations.__main__; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", lists], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("command", [(), ("suspense",), ("audit",), ("recharge", "unblock")])
def test_every_command_explains_itself(run, command):
    done = run(*command, "--help")
    assert (done.code, done.out.startswith("Usage: ")) == (0, True)


def test_a_ledger_is_read_without_secrets_of_anybody_else(run, machine):
    alone = {name: "" for name in machine.settings if name != "CreditsStorage"}
    assert run("audit", **alone).code == 0
    done = run("reconcile", **alone)
    assert (done.code, "Payments__key" in done.err) == (2, True)


def test_settings_can_come_from_a_file(run, machine, tmp_path):
    file = tmp_path / "local.settings.json"
    file.write_text(json.dumps({"IsEncrypted": False, "Values": dict(machine.settings)}))
    nothing = dict.fromkeys(machine.settings, "")
    assert run("audit", **nothing).code == 2
    assert run("audit", "--settings", str(file), **nothing).code == 0


@pytest.mark.parametrize("text", ["", "[]", '{"Values": 3}', "{}"])
def test_a_file_of_another_form_is_refused(run, tmp_path, text):
    file = tmp_path / "settings.json"
    file.write_text(text)
    done = run("audit", "--settings", str(file))
    assert (done.code, "not in the form" in done.err) == (2, True)


def test_a_malformed_connection_string_is_a_wrong_setting(run):
    assert run("audit", CreditsStorage="nonsense").code == 2


@pytest.mark.parametrize("command", [("audit",), ("queues", "list"), ("suspense", "list")])
def test_a_storage_that_does_not_answer_is_an_outage_and_not_a_finding(run, command):
    done = run(*command, "--json", CreditsStorage=f"DefaultEndpointsProtocol=http;{NOBODY_LISTENS}")
    assert (done.code, done.value["error"]) == (3, "unavailable")


def test_a_provider_that_does_not_answer_is_an_outage_too(run):
    assert run("reconcile", Payments__address="http://127.0.0.1:9").code == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit", "somebody"),
        ("suspense", "replay"),
        ("suspense", "replay", "an-item", "--all"),
        ("suspense", "replay", "an-item", "--reason", "no_rate"),
        ("export", ACCOUNT, "--what", "lots", "--from", "2026-01-01T00:00:00Z"),
        ("export", ACCOUNT, "--what", "pages", "--format", "csv"),
        ("queues", "return", "suspense"),
        ("no-such-command",),
    ],
)
def test_a_command_line_that_means_nothing_is_wrong_usage(run, arguments):
    assert run(*arguments).code == 2


def test_findings_and_warnings_are_shown_once(machine):
    """In a process of its own: the logging of the whole process is set."""
    done = subprocess.run(
        [sys.executable, "-m", "operations", "audit"],
        check=False,
        cwd=ROOT,
        env=dict(machine.settings),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
