"""A pytest plugin: a test that hangs because of a mutant ends the run as a failure.

mutmut's own time limit is a multiple of the time that all tests of a mutant take: minutes, if one test hangs.
"""

import faulthandler
import os
from collections.abc import Generator

import pytest

SECONDS = 30
"""On an idle computer no test that runs on mutants takes five seconds."""

NOT_A_MUTANT = frozenset({"", "stats", "fail", "list_all_tests", "mutant_generation"})
"""Values of mutmut's variable while the tests run on unchanged code."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, bool | None, bool | None]:
    """Abort the run when a test takes longer than SECONDS."""
    if os.environ.get("MUTANT_UNDER_TEST", "") in NOT_A_MUTANT:
        return (yield)
    faulthandler.dump_traceback_later(SECONDS, exit=True)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()
