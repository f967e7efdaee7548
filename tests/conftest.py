"""What tests of several rooms share."""

import pytest

from local.machine.azurite import azurite as run_azurite


@pytest.fixture(scope="session")
def azurite(tmp_path_factory):
    """A connection string to an Azurite in memory that lives as long as the tests; make your own tables and queues."""
    with run_azurite(tmp_path_factory.mktemp("azurite"), None) as connection:
        yield connection
