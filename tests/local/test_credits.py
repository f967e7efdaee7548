import json

from local.commands import credits as command
from local.commands.credits import operate
from local.machine.running import NotRunningError


def test_without_a_running_service_there_is_nothing_to_operate(monkeypatch, capsys):
    def nothing(_state):
        raise NotRunningError("no service runs in this folder: start one with ./dev up")

    monkeypatch.setattr(command, "find", nothing)
    assert command.run(["audit"]) == 3
    assert "start one" in capsys.readouterr().err


def test_help_needs_no_running_service(capsys):
    assert command.run(["--help"]) == 0
    assert "Usage: credits" in capsys.readouterr().out


def test_the_settings_of_the_folder_are_taken_and_the_exit_code_is_the_commands_own(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CreditsStorage", "of somebody else")
    monkeypatch.setattr("operations.connecting.log_to_stderr", lambda: None)
    monkeypatch.setattr(command, "keep_time_with", lambda _clock: None)
    settings = {"IsEncrypted": False, "Values": {"CreditsStorage": "nonsense"}}
    (tmp_path / "local.settings.json").write_text(json.dumps(settings))
    assert operate(tmp_path, ["audit"]) == 2
    assert "malformed" in capsys.readouterr().err
