import httpx
import pytest

from local.machine.machine import Machine

ACCOUNT = "5f0c1f9e-0000-4000-8000-000000000001"


def status(address):
    return httpx.get(f"{address}/admin/host/status", trust_env=False).json()["state"]


def test_a_machine_runs_the_whole_service_and_a_dead_host_starts_again_at_its_address():
    with Machine.start(None, workers=2) as machine:
        folder, first = machine.folder, machine.http
        cards = httpx.get(
            f"{machine.http}/api/v1/rate-cards", headers=machine.bearer(ACCOUNT, "Credits.Read"), trust_env=False
        )
        assert cards.json() == {"items": [], "next": None}
        assert httpx.get(f"{machine.mailbox}/messages", trust_env=False).json() == []
        machine.kill_host(0)
        with pytest.raises(httpx.ConnectError):
            status(first)
        machine.start_host(0)
        machine.freeze_host(1)
        machine.thaw_host(1)
        assert [status(worker.address) for worker in machine.workers] == ["Running", "Running"]
        assert machine.workers[0].address == first
        assert machine.interrupt_host(0) == 0
    assert not folder.exists()
