"""Fixtures for tests of several packages."""

import os

import pytest
from hypothesis import HealthCheck, settings

from local.machine.azurite import azurite as run_azurite

# Other processes may keep this computer busy, so the duration of an example says nothing about the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def azurite(tmp_path_factory):
    """The connection string of an Azurite in memory for all tests; each test creates its own tables and queues.
    If CREDITS_TEST_STORAGE contains a connection string, it is used instead.
    """
    if running := os.environ.get("CREDITS_TEST_STORAGE"):
        yield running
        return
    with run_azurite(tmp_path_factory.mktemp("azurite"), None) as connection:
        yield connection
