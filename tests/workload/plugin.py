"""Hooks of pytest: distribute the tests, count their work, and fail the run when it exceeds the budget."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import is_hypothesis_test, settings

from shared.wiring.garbage import spare_garbage_collector
from tests.workload.budget import ADVICE, excess, read_budget
from tests.workload.distribution import Distribution, in_order
from tests.workload.work import EXAMPLES, WORK, count_processes

TESTS = Path(__file__).parents[1]
SENT = "counted_work"
"""The name under which a test process of xdist sends its counts."""


def pytest_configure() -> None:
    WORK.counts.clear()
    if not _installed:
        _installed.append(True)
        count_processes()


_installed: list[bool] = []
"""Not empty when processes are counted: an audit hook cannot be removed, and a process may run pytest twice."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[Any]:
    """Collect thousands of tests, which all stay, without looking for garbage among them, then or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        spare_garbage_collector()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = in_order(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Distribution:
    return Distribution(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    with WORK.of(folder_of(item.path)):
        function = getattr(item, "obj", None)
        if is_hypothesis_test(function):
            chosen = getattr(function, "_hypothesis_internal_use_settings", settings())
            WORK.add(EXAMPLES, chosen.max_examples)
        return (yield)


def folder_of(path: Path) -> str:
    """The folder of a test, relative to tests; "." for a file directly in it."""
    return path.relative_to(TESTS).parts[0] if path.parent != TESTS else "."


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add the work of a test process that has ended."""
    for folder, kind, number in getattr(node, "workeroutput", {}).get(SENT, []):
        WORK.counts[folder, kind] += number


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[SENT] = [(folder, kind, number) for (folder, kind), number in WORK.counts.items()]
    elif session.exitstatus == pytest.ExitCode.OK and excess(WORK.counts, read_budget()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    exceeded = excess(WORK.counts, read_budget())
    if exceeded:
        terminalreporter.section("the tests do more work than their budget allows", red=True, bold=True)
        terminalreporter.write_line("\n".join([*exceeded, ADVICE]))
