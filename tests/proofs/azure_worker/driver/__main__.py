"""`python -m tests.proofs.azure_worker.driver PLAN ANSWERS`: index the app, run the plan, write the answers."""

import asyncio
import json
import logging
import sys
import warnings
from pathlib import Path
from typing import Any

import uvloop

from tests.proofs.azure_worker.driver.host import Host
from tests.proofs.azure_worker.driver.worker import Log, Worker

ROOT = Path(__file__).resolve().parents[4]


async def carry_out(plan: dict[str, Any]) -> dict[str, Any]:
    """Start the worker on the app, then run one step after the other; run no step if the start fails."""
    log = Log()
    logging.getLogger().addHandler(log)
    logging.getLogger().setLevel(logging.INFO)
    host, directory = Host(Worker(), log), plan["directory"]
    started = await host.start(directory)
    if started["status"] != "Success":
        return {"start": started, "functions": {}, "rooms": {}, "steps": {}}
    functions = await host.functions(directory)
    steps = {name: await host.invoke(*step) for name, step in plan["steps"].items()}
    rooms = {name: getattr(sys.modules.get(name), "__file__", None) for name in ("functions", "shared")}
    return {"start": started, "functions": functions, "steps": steps, "rooms": rooms}


def main(plan_at: Path, answers_at: Path) -> None:
    """Run on the event loop of Azure's worker, without the project's folder on the path, so that the copy is used."""
    plan = json.loads(plan_at.read_text())
    sys.path[:] = [place for place in sys.path if Path(place).resolve() != ROOT]
    with (
        warnings.catch_warnings(record=True, action="default") as warned,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        answers = runner.run(carry_out(plan))
    own = [str(warning) for warning in warned if warning.filename.startswith(plan["directory"])]
    answers_at.write_text(json.dumps({**answers, "warnings": own}))


main(Path(sys.argv[1]), Path(sys.argv[2]))
