"""Fixtures for tests of several packages, and the hooks that distribute the tests and count their work."""

import os
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings

from local.machine.azurite import azurite as run_azurite
from tests.workload.plugin import (
    pytest_collection,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_runtest_protocol,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
    pytest_xdist_make_scheduler,
)
from tests.workload.work import WORK

__all__ = [
    "pytest_collection",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_runtest_protocol",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
    "pytest_xdist_make_scheduler",
]

# Other processes may keep this computer busy, so the duration of an example says nothing about the code.
settings.register_profile("house", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def azurite(tmp_path_factory):
    """The connection string of an Azurite in memory for all tests; each test creates its own tables and queues.
    If CREDITS_TEST_STORAGE contains a connection string, it is used instead.
    """
    if running := os.environ.get("CREDITS_TEST_STORAGE"):
        yield running
        return
    with ExitStack() as ended_at_last:
        with WORK.of(None):
            connection = ended_at_last.enter_context(run_azurite(tmp_path_factory.mktemp("azurite"), None))
        yield connection
