"""Import time of the whole app on a cold start, compared with azure.functions, which every function needs."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from statistics import median
from time import perf_counter

from local.machine.paths import ROOT
from tests.proofs.bench.alternation import in_turns, ratio
from tests.proofs.bench.bench import Bench, Line, Target

LIBRARY, APP = "import azure.functions", "import function_app"
OUTSIDE = ("stripe", "azure.storage.queue", "azure.communication.email", "azure.identity", "jwt", "babel")
"""Libraries that must be imported only by the functions that use them."""


def measure() -> list[Line]:
    """Time new interpreters alternately; count the libraries that the app imports too early."""
    seconds = asyncio.run(in_turns({"library": _started(LIBRARY), "app": _started(APP)}))
    by = "azure.functions alone"
    return [
        Line(by, 1000 * median(seconds["library"]), "ms, interpreter included"),
        Line(
            "the app", 1000 * median(seconds["app"]), "ms, interpreter included",
            ratio(seconds["app"], seconds["library"]), by,
        ),
        Line("  client libraries imported too early", len(_early()), f"of {len(OUTSIDE)}", target=Target(most=0)),
    ]  # fmt: skip


def _started(statement: str) -> Callable[[int], Awaitable[float]]:
    async def contestant(_round: int) -> float:
        began = perf_counter()
        _python(statement)
        return perf_counter() - began

    return contestant


def _early() -> list[str]:
    """The client libraries that importing the app has loaded."""
    return _python(f"import sys; {APP}; print(*(name for name in {OUTSIDE!r} if name in sys.modules))").split()


def _python(statement: str) -> str:
    done = subprocess.run([sys.executable, "-c", statement], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


BENCH = Bench("imports", "import time of the app on a cold start", measure)
