import pytest
from azure.core.exceptions import ServiceRequestError

from local.host import startup_retry
from local.host.startup_retry import TRIES, retry_until_ready


class Away:
    """A storage that answers after *failures* requests."""

    def __init__(self, failures):
        self.failures, self.asked = failures, 0

    async def __call__(self):
        self.asked += 1
        if self.asked <= self.failures:
            raise ServiceRequestError("no connection")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(startup_retry, "PAUSE_SECONDS", 0)


@pytest.mark.parametrize("failures", [0, 1, TRIES - 1])
async def test_a_host_starts_after_a_short_outage_of_the_storage(failures):
    storage = Away(failures)
    await retry_until_ready(storage)
    assert storage.asked == failures + 1


async def test_a_lasting_outage_of_the_storage_is_reported():
    with pytest.raises(ServiceRequestError):
        await retry_until_ready(Away(TRIES))
