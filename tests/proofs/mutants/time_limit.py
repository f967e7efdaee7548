"""A pytest plugin: while a mutant is under test, a test that waits for what will never come ends the run as a failure.

mutmut has a limit of its own, a multiple of what all the tests of a mutant took: minutes, where one test hangs.
"""

import faulthandler
import os
from collections.abc import Generator

import pytest

SECONDS = 30
"""On a quiet computer no test of those that judge a room takes five."""

NOT_A_MUTANT = frozenset({"", "stats", "fail", "list_all_tests", "mutant_generation"})
"""What mutmut's variable says while the tests run on the code as it is."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, bool | None, bool | None]:
    """Give each test so many seconds."""
    if os.environ.get("MUTANT_UNDER_TEST", "") in NOT_A_MUTANT:
        return (yield)
    faulthandler.dump_traceback_later(SECONDS, exit=True)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()
