"""What tests of several rooms share."""

import os

import pytest
from hypothesis import HealthCheck, settings

from local.machine.azurite import azurite as run_azurite

# Other processes may keep this computer busy: how long an example takes says nothing about the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def azurite(tmp_path_factory):
    """A connection string to an Azurite in memory that lives as long as the tests; make your own tables and queues.
    Where CREDITS_TEST_STORAGE names one that runs already, it is that one.
    """
    if running := os.environ.get("CREDITS_TEST_STORAGE"):
        yield running
        return
    with run_azurite(tmp_path_factory.mktemp("azurite"), None) as connection:
        yield connection
