"""How long a cold start imports: the whole app, beside Azure's own library without which no function runs."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from statistics import median
from time import perf_counter

from local.machine.paths import ROOT
from tests.proofs.bench.alternation import in_turns, ratio
from tests.proofs.bench.bench import Bench, Line, Wanted

LIBRARY, APP = "import azure.functions", "import function_app"
OUTSIDE = ("stripe", "azure.storage.queue", "azure.communication.email", "azure.identity", "jwt", "babel")
"""Imported where they are used: the function that needs one pays for it, and no other."""


def measure() -> list[Line]:
    """A new interpreter for each, in turns; and what the app had imported by then that it may not."""
    seconds = asyncio.run(in_turns({"library": _started(LIBRARY), "app": _started(APP)}))
    by = "azure.functions alone"
    return [
        Line(by, 1000 * median(seconds["library"]), "ms, interpreter included"),
        Line(
            "the app", 1000 * median(seconds["app"]), "ms, interpreter included",
            ratio(seconds["app"], seconds["library"]), by,
        ),
        Line("  clients that it imports early", len(_early()), f"of {len(OUTSIDE)}", wanted=Wanted(most=0)),
    ]  # fmt: skip


def _started(statement: str) -> Callable[[int], Awaitable[float]]:
    async def contestant(_round: int) -> float:
        began = perf_counter()
        _python(statement)
        return perf_counter() - began

    return contestant


def _early() -> list[str]:
    """Which of the clients are there once the app is imported."""
    return _python(f"import sys; {APP}; print(*(name for name in {OUTSIDE!r} if name in sys.modules))").split()


def _python(statement: str) -> str:
    done = subprocess.run([sys.executable, "-c", statement], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


BENCH = Bench("imports", "import time of the app, as a cold start pays it", measure)
