"""Import time of the whole app on a cold start, compared with azure.functions, which every function needs: with the
bytecode that an earlier start has left, and without any, as on an instance that has just been made from the package.
"""

import asyncio
import os
import re
import resource
import subprocess
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from statistics import median
from tempfile import TemporaryDirectory
from types import MappingProxyType

from local.machine.paths import ROOT
from tests.proofs.bench.alternation import in_turns, ratio
from tests.proofs.bench.bench import Bench, Line, Target

LIBRARY, APP = "import azure.functions", "import function_app"
OUTSIDE = (
    *("stripe", "azure.storage.queue", "azure.communication.email", "azure.identity", "jwt", "babel"),
    *("boto3", "botocore", "httpx"),
)
"""Libraries that must be imported only by the functions that use them."""

RUNS = 3
LARGEST = 14
"""How many packages are listed."""

_IMPORTED = re.compile(r"^import time: +(\d+) \| +\d+ \| +(\S+)$", re.MULTILINE)
_SPLIT = frozenset({"azure", "shared", "opentelemetry"})
"""Packages of which each part is listed."""


def measure() -> list[Line]:
    """Time new interpreters alternately; list what the app's packages take, and what it imports too early."""
    with TemporaryDirectory() as kept, TemporaryDirectory() as empty:
        cached = {"PYTHONPYCACHEPREFIX": kept, "PYTHONDONTWRITEBYTECODE": ""}
        fresh = {"PYTHONPYCACHEPREFIX": empty, "PYTHONDONTWRITEBYTECODE": "1"}
        starts = {"library": _started(LIBRARY, cached), "app": _started(APP, cached), "fresh": _started(APP, fresh)}
        seconds = asyncio.run(in_turns(starts))
        shares = _shares(cached)
    by = "azure.functions alone"
    return [
        Line(by, 1000 * median(seconds["library"]), "ms of processor, interpreter included"),
        Line(
            "the app", 1000 * median(seconds["app"]), "ms of processor, interpreter included",
            ratio(seconds["app"], seconds["library"]), by,
        ),
        Line(
            "the app, no bytecode cached", 1000 * median(seconds["fresh"]), "ms of processor, interpreter included",
            ratio(seconds["fresh"], seconds["app"]), "the app",
        ),
        Line("  client libraries imported too early", len(_early()), f"of {len(OUTSIDE)}", target=Target(most=0)),
        *(Line(f"  {package}", 100 * share, "% of all imports") for package, share in shares.items()),
    ]  # fmt: skip


def _started(statement: str, settings: Mapping[str, str]) -> Callable[[int], Awaitable[float]]:
    async def contestant(_round: int) -> float:
        """Processor seconds, because other work on the machine makes a start longer but not more expensive."""
        began = _of_children()
        _python("-c", statement, settings=settings)
        return _of_children() - began

    return contestant


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _shares(settings: Mapping[str, str]) -> Mapping[str, float]:
    """The packages that take the most of the app's import, without what they import themselves. The time of the
    interpreter's own start is included.
    """
    taken: dict[str, int] = defaultdict(int)
    for _ in range(RUNS):
        for own, module in _IMPORTED.findall(_python("-X", "importtime", "-c", APP, settings=settings).stderr):
            parts = module.split(".")
            taken[".".join(parts[: 2 if parts[0] in _SPLIT else 1])] += int(own)
    largest = sorted(taken, key=taken.__getitem__, reverse=True)[:LARGEST]
    return {package: taken[package] / sum(taken.values()) for package in largest}


def _early() -> list[str]:
    """The client libraries that importing the app has loaded."""
    shown = f"import sys; {APP}; print(*(name for name in {OUTSIDE!r} if name in sys.modules))"
    return _python("-c", shown).stdout.split()


def _python(*arguments: str, settings: Mapping[str, str] = MappingProxyType({})) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **settings},
        check=True,
        capture_output=True,
        text=True,
    )


BENCH = Bench("imports", "import time of the app on a cold start, and which packages take it", measure)
