"""Distributes the tests over the test processes: tests with a slow start in common stay together, the longest first."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

LONG = (
    "tests/journeys/",
    "tests/package/",
    "tests/operations/",
    "tests/worker/test_azure_worker.py",
    "tests/local/test_prove.py",
    "tests/journeys/test_demo_small.py",
    "tests/simulation/test_sweep.py",
    "tests/infra/test_commands.py",
    "tests/simulation/test_planted.py",
    "tests/simulation/test_seeds.py",
    "tests/journeys/test_one_trace.py",
    "tests/journeys/test_accounts_are_spread.py",
    "tests/worker/test_telemetry_on_azure.py",
)
"""Units in the order in which they start, the longest first. The tests of a folder share a machine or a package; files
that share nothing with their folder are units of their own.
"""

EARLY = ("tests/journeys/test_a_lot_expires.py",)
"""Files that come first in their unit. This one moves the clock by a year, through the alarms of every account that the
other journeys have opened before.
"""


def unit_of(nodeid: str) -> str:
    """The unit of a test: the most specific entry of LONG, else its file."""
    file = nodeid.split("::", 1)[0]
    return max((unit for unit in LONG if file.startswith(unit)), key=len, default=file)


def in_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests of LONG first, and of a unit's those of EARLY; otherwise in the given order."""
    ranks = {unit: rank for rank, unit in enumerate(LONG)}
    return sorted(
        items, key=lambda item: (ranks.get(unit_of(item.nodeid), len(LONG)), not item.nodeid.startswith(EARLY))
    )


class Distribution(LoadScopeScheduling):  # type: ignore[misc]
    """Gives whole units to the test processes, in the order of the tests."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        config.option.loadscopereorder = False  # by the number of tests: a machine's few long tests would come last
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
