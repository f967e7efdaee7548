import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from local.clock.progress import ProgressFile
from local.commands import account, call, up
from local.machine.machine import Machine
from local.machine.ports import TakenPort
from local.machine.running_instance import NotRunningError, find_running_instance, state_lock

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    names = ("storage", "page", "issuer", "clock", "payments", "mailbox", "traces")
    monkeypatch.setattr(Machine, "http", "http://the-service")
    monkeypatch.setattr(Machine, "now", lambda _self: datetime(2026, 11, 29, tzinfo=UTC))
    return Machine(folder=tmp_path, workers=(), settings={}, **{name: f"http://{name}" for name in names})


def test_with_json_stdout_has_one_line_with_the_addresses_of_the_contract(machine, capsys):
    up.show_addresses(machine, json_wanted=True)
    output = capsys.readouterr().out
    assert output.count("\n") == 1
    found = json.loads(output)
    assert {"http", "storage", "portal", "mailbox", "payments", "clock"} <= found.keys()
    assert found["http"] == "http://the-service"
    assert found["portal"] == "http://the-service/api/portal"


def test_for_people_the_portal_comes_first_and_everything_is_named(machine, capsys):
    up.show_addresses(machine, json_wanted=False)
    output = capsys.readouterr().out
    assert output.startswith("http://the-service/api/portal ")
    for text in (
        "http://page ",
        "http://the-service/api/v1",
        "http://the-service/api/docs",
        "http://storage",
        "http://mailbox",
    ):
        assert text in output
    for command in ("./dev account", "./dev call --to", 'curl -X PUT http://clock -d \'{"now": "2027-12-31'):
        assert command in output
    assert "now 2026-11-29 00:00 UTC" in output  # a kept clock may be years ahead
    assert "the queue `usage`" in output
    assert "[" not in output  # rich's markup is used up


@pytest.mark.parametrize("command", [account, call])
def test_without_a_running_service_a_command_says_how_to_start_one(monkeypatch, capsys, command):
    def nothing(_state):
        raise NotRunningError("no service runs in this folder: start one with ./dev up")

    monkeypatch.setattr(command, "find_running_instance", nothing)
    assert command.run(["--to", "911", "--seconds", "1"] if command is call else []) == 1
    assert capsys.readouterr() == ("", "no service runs in this folder: start one with ./dev up\n")


@pytest.mark.parametrize("seconds", ["-1", "1.5", "a minute"])
def test_seconds_are_a_whole_number(capsys, seconds):
    with pytest.raises(SystemExit):
        call.run(["--to", "911", f"--seconds={seconds}"])
    assert "is not a whole number of seconds" in capsys.readouterr().err


@pytest.mark.parametrize("amount", ["-1", "x", "1.1234567"])
def test_an_amount_is_a_decimal(capsys, amount):
    with pytest.raises(SystemExit):
        account.run([f"--amount={amount}"])
    assert "an amount is a decimal with up to six places" in capsys.readouterr().err


@pytest.fixture
def started(machine, tmp_path, monkeypatch):
    """`./dev up` with a machine that is there at once; it ends when the test's `ending` says so."""

    @contextmanager
    def start(folder, *, ports, sends_telemetry):
        assert (folder.name, sends_telemetry) == ("up", True)
        ports.taken.append(TakenPort("mailbox", 7072, 40001))
        yield machine

    monkeypatch.setattr(Machine, "start", start)
    monkeypatch.setattr(up, "STATE", tmp_path)
    monkeypatch.setattr(up, "publish_sample_card", lambda _machine: None)


def ends_after_a_move(tmp_path):
    def first_to_end(on_check):
        with ProgressFile(tmp_path / "clock-progress").run(lambda: NOON, NOON + timedelta(days=1)):
            on_check()
        on_check()
        assert find_running_instance(tmp_path).http == "http://the-service"
        return SimpleNamespace(name="host-1", last_lines=lambda: "out of order")

    return first_to_end


@pytest.mark.usefixtures("started")
def test_stderr_has_taken_ports_the_clocks_progress_and_what_has_died_and_stdout_one_line(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(up, "first_to_end", ends_after_a_move(tmp_path))
    assert up.run(["--json"]) == 1
    output = capsys.readouterr()
    assert output.out.count("\n") == 1
    assert output.err.splitlines() == [
        "starting storage, stand-ins and the service",
        "port 7072 is taken by another process; the mailbox is at http://127.0.0.1:40001 instead",
        "clock: moving from 2026-11-29 12:00 to 2026-11-30 12:00",
        "clock: it is 2026-11-29 12:00 now, and everything that was due is done",
        "host-1 has ended by itself",
        "out of order",
    ]
    settings = json.loads((tmp_path / "local.settings.json").read_text())
    assert settings["Values"]["FUNCTIONS_WORKER_RUNTIME"] == "python"


@pytest.mark.usefixtures("started")
def test_ctrl_c_is_an_orderly_end_and_fresh_deletes_the_state(tmp_path, monkeypatch):
    def interrupted(_on_check):
        raise KeyboardInterrupt

    kept = tmp_path / "up" / "clock"
    kept.parent.mkdir()
    kept.touch()
    monkeypatch.setattr(up, "UP", kept.parent)
    monkeypatch.setattr(up, "first_to_end", interrupted)
    assert up.run(["--json"]) == 0
    assert kept.exists()
    assert up.run(["--json", "--fresh"]) == 0
    assert not kept.exists()


def test_a_second_service_in_the_folder_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(up, "STATE", tmp_path)
    with state_lock(tmp_path):
        assert up.run([]) == 1
    assert capsys.readouterr() == ("", "another ./dev up runs in this folder; end it first\n")
