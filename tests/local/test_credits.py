import json
import subprocess
import sys

from local.commands import credits as command
from local.commands.credits import operate
from local.machine.paths import ROOT
from local.machine.running_instance import NotRunningError


def test_without_a_running_service_there_is_nothing_to_operate(monkeypatch, capsys):
    def nothing(_state):
        raise NotRunningError("no service runs in this folder: start one with ./dev up")

    monkeypatch.setattr(command, "find_running_instance", nothing)
    assert command.run(["audit"]) == 3
    output = capsys.readouterr()
    assert ("start one" in output.err, output.out) == (True, "")
    assert command.run(["audit", "--json"]) == 3
    assert json.loads(capsys.readouterr().out) == {
        "error": "unavailable",
        "detail": "no service runs in this folder: start one with ./dev up",
    }


def test_help_needs_no_running_service(capsys):
    assert command.run(["--help"]) == 0
    assert "Usage: credits" in capsys.readouterr().out


def test_help_loads_nothing_of_the_service():
    heavy = ("azure", "uvicorn", "shared.wiring.composition")
    lists = f"import sys, local.commands.credits; print([name for name in {heavy!r} if name in sys.modules])"
    output = subprocess.run([sys.executable, "-c", lists], cwd=ROOT, capture_output=True, text=True, check=True)
    assert output.stdout == "[]\n"


def test_the_settings_of_the_folder_are_taken_and_the_exit_code_is_the_commands_own(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CreditsStorage", "of somebody else")
    monkeypatch.setattr("operations.connections.log_to_stderr", lambda: None)
    monkeypatch.setattr("shared.wiring.composition.use_clock", lambda _clock: None)
    settings = {"IsEncrypted": False, "Values": {"CreditsStorage": "nonsense"}}
    (tmp_path / "local.settings.json").write_text(json.dumps(settings))
    assert operate(tmp_path, ["audit"]) == 2
    assert "malformed" in capsys.readouterr().err
