"""Runs the scenario in Azure's worker on a machine's storage, and collects the results."""

import json
import runpy
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from local.commands.sample_card import publish_sample_card
from local.machine.child_processes import Child, ChildError
from local.machine.machine import Machine
from local.machine.paths import ROOT
from tests.proofs.azure_worker.scenario import Scenario, Step
from tests.proofs.prove.http_client import HttpClient, money

DEPLOYED = ("function_app.py", "host.json", "functions", "shared")
END_SECONDS, END_GRACE = 60.0, 5.0


@dataclass(frozen=True, slots=True)
class Observed:
    """The worker's answers, the functions that the app lists here, and the account as the machine's host reads it."""

    scenario: Scenario
    app: Path
    answers: Mapping[str, Any]
    listed: Mapping[str, list[str]]
    balance: Decimal | None
    debits: int

    def step(self, name: str) -> Mapping[str, Any]:
        """The answer to one step of the scenario."""
        return dict(self.answers["steps"].get(name, NOT_RUN))


NOT_RUN = {"status": "not run", "exception": "", "log": []}


def try_app(machine: Machine, python: Path) -> Observed:
    """Run the scenario with the app in a folder that contains only deployed files. Raises ChildError."""
    publish_sample_card(machine)
    app = deploy(machine.folder / "app")
    scenario = Scenario(machine)
    answers = ask_worker(python, app, machine.settings, scenario.steps(), machine.folder)
    balance, debits = _read_account(machine, scenario.account)
    return Observed(scenario, app, answers, listed(), balance, debits)


def _read_account(machine: Machine, account: str) -> tuple[Decimal | None, int]:
    """Balance and number of debits, read from the machine's host; the balance is None if there is no account."""
    with HttpClient(machine) as client:
        found = client.tenant("GET", account)
        if not found.is_success:
            return None, 0
        debits = sum(movement["kind"] == "debit" for movement in client.items(account, "/movements"))
        return money(found.json()["balance"]), debits


def deploy(folder: Path) -> Path:
    """Copy the deployed files, without packages, into a new *folder*."""
    folder.mkdir()
    for name in DEPLOYED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)
    return folder


def ask_worker(
    python: Path, app: Path, settings: Mapping[str, str], steps: Mapping[str, Step], folder: Path
) -> dict[str, Any]:
    """Let a worker index *app* and run *steps*. Raises ChildError, with its last output, if it fails."""
    plan, answers = folder / "plan.json", folder / "answers.json"
    plan.write_text(json.dumps({"directory": str(app), "steps": steps}))
    command: list[str | Path] = [python, "-m", "tests.proofs.azure_worker.driver", plan, answers]
    child = Child.start("azure-worker", command, log=folder / "azure-worker.log", environment=settings)
    try:
        if child.wait(END_SECONDS) != 0:
            raise ChildError(f"Azure's worker failed\n{child.last_lines()}")
    finally:
        child.end(END_GRACE)
    read: dict[str, Any] = json.loads(answers.read_text())
    return read


def listed() -> dict[str, list[str]]:
    """Every function with its bindings, as a new app lists them on this Python; an app can list them only once."""
    app = runpy.run_path(str(ROOT / "function_app.py"))["app"]
    return {function.get_function_name(): sorted(function.get_raw_bindings()) for function in app.get_functions()}
