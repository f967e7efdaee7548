"""Distributes the tests over the test processes: tests with a slow start in common stay together."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

TOGETHER = ("tests/journeys/", "tests/operations/", "tests/package/")
"""Folders whose tests share a machine or a package: each is a unit."""

ALONE = (
    "tests/journeys/test_demo_small.py",
    "tests/journeys/test_one_trace.py",
    "tests/journeys/test_accounts_are_spread.py",
)
"""Files in those folders that share nothing, and are units of their own."""

ORDER = (
    *("tests/journeys/", "tests/operations/"),
    *("tests/simulation/", "tests/adapters/", "tests/audit/"),
    *("tests/package/", "tests/worker/", "tests/local/test_prove.py", "tests/infra/test_commands.py"),
    *ALONE,
    "tests/use_cases/",
)
"""Where the tests are that start early, in this order. The longest units are first. Those that mostly wait and those
that compute take turns, so that the processors are never without work and never have too much.
"""

EARLY = ("tests/journeys/test_a_lot_expires.py",)
"""Files that come first in their unit. This one moves the clock by a year, through the alarms of every account that the
other journeys have opened before.
"""


def unit_of(nodeid: str) -> str:
    """The unit of a test: its file, or the folder in which it shares something."""
    file = nodeid.split("::", 1)[0]
    return file if file in ALONE else next((folder for folder in TOGETHER if file.startswith(folder)), file)


def in_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests of ORDER first, and of a unit's those of EARLY; otherwise in the given order."""

    def rank(item: pytest.Item) -> tuple[int, bool]:
        places = [place for place in ORDER if item.nodeid.startswith(place)]
        return ORDER.index(max(places, key=len)) if places else len(ORDER), not item.nodeid.startswith(EARLY)

    return sorted(items, key=rank)


class Distribution(LoadScopeScheduling):  # type: ignore[misc]
    """Gives whole units to the test processes, in the order of the tests."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        config.option.loadscopereorder = False  # by the number of tests: a machine's few long tests would come last
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
