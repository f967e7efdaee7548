import json
from datetime import UTC, datetime

import pytest

from local.commands import account, call, up
from local.machine.machine import Machine
from local.machine.running_instance import NotRunningError


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
    assert found["portal"] is None


def test_for_people_the_page_of_links_comes_first_and_everything_is_named(machine, capsys):
    up.show_addresses(machine, json_wanted=False)
    output = capsys.readouterr().out
    assert output.startswith("http://page ")
    for text in ("http://the-service/api/v1", "http://the-service/api/docs", "http://storage", "http://mailbox"):
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
