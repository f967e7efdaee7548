"""Runs the story in Azure's worker, beside a machine, and keeps what was seen."""

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
from tests.proofs.azure_worker.scenario import Step, Story
from tests.proofs.prove.http_client import HttpClient, money

DEPLOYED = ("function_app.py", "host.json", "functions", "shared")
END_SECONDS, END_GRACE = 60.0, 5.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the worker answered, what the app lists here, and what the machine's own host shows afterwards."""

    story: Story
    app: Path
    answers: Mapping[str, Any]
    listed: Mapping[str, list[str]]
    balance: Decimal | None
    debits: int

    def step(self, name: str) -> Mapping[str, Any]:
        """The answer to one step of the story."""
        return dict(self.answers["steps"].get(name, NOT_RUN))


NOT_RUN = {"status": "not run", "exception": "", "log": []}


def try_app(machine: Machine, python: Path) -> Seen:
    """The story, told to the app in a folder that holds nothing but what is deployed; ChildError."""
    publish_sample_card(machine)
    app = deploy(machine.folder / "app")
    story = Story(machine)
    answers = ask_worker(python, app, machine.settings, story.steps(), machine.folder)
    balance, debits = _seen_here(machine, story.account)
    return Seen(story, app, answers, listed(), balance, debits)


def _seen_here(machine: Machine, account: str) -> tuple[Decimal | None, int]:
    """Balance and number of debits, by the host under this Python; no balance where there is no account."""
    with HttpClient(machine) as portal:
        found = portal.tenant("GET", account)
        if not found.is_success:
            return None, 0
        debits = sum(movement["kind"] == "debit" for movement in portal.items(account, "/movements"))
        return money(found.json()["balance"]), debits


def deploy(folder: Path) -> Path:
    """Copy what is deployed, packages aside, into a new *folder*."""
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
    """Have a worker index *app* and run *steps*; ChildError, with its last words, when it could not answer."""
    plan, answers = folder / "plan.json", folder / "answers.json"
    plan.write_text(json.dumps({"directory": str(app), "steps": steps}))
    command: list[str | Path] = [python, "-m", "tests.proofs.azure_worker.driver", plan, answers]
    child = Child.start("azure-worker", command, log=folder / "azure-worker.log", environment=settings)
    try:
        if child.wait(END_SECONDS) != 0:
            raise ChildError(f"Azure's worker gave up\n{child.last_lines()}")
    finally:
        child.end(END_GRACE)
    read: dict[str, Any] = json.loads(answers.read_text())
    return read


def listed() -> dict[str, list[str]]:
    """Every function with its bindings, as the app lists them under this Python: a fresh app, for it lists once."""
    app = runpy.run_path(str(ROOT / "function_app.py"))["app"]
    return {function.get_function_name(): sorted(function.get_raw_bindings()) for function in app.get_functions()}
