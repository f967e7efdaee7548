import socket

import pytest

from local.machine.loopback import ANY_PORT, open_port
from local.machine.ports import FIXED_PORTS, SERVICE_NAMES, Ports


@pytest.fixture
def taken():
    """The number of a port on which this test listens."""
    with open_port(ANY_PORT) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def free():
    """The number of a port that was free a moment ago."""
    with open_port(ANY_PORT) as listener:
        return listener.getsockname()[1]


def test_a_service_gets_its_fixed_port(free):
    ports = Ports({"mailbox": free})
    with ports.open("mailbox") as listener:
        assert listener.getsockname()[1] == free
    assert ports.number("mailbox") == free
    assert ports.taken == []


def test_a_taken_port_is_named_with_the_service_that_wanted_it_and_a_free_one_is_used(taken):
    ports = Ports({"mailbox": taken, "blob": taken})
    with ports.open("mailbox") as listener:
        other = listener.getsockname()[1]
    assert other != taken
    assert ports.number("blob") not in {taken, ANY_PORT}
    [first, second] = ports.taken
    assert str(first) == (
        f"port {taken} is taken by another process; the mailbox is at http://127.0.0.1:{other} instead"
    )
    assert "storage (blobs) is at" in str(second)


def test_without_fixed_ports_any_free_one_is_used():
    ports = Ports()
    with ports.open("mailbox") as listener:
        assert listener.getsockname()[1] > 0
    assert (ports.number("blob"), ports.taken) == (ANY_PORT, [])


def test_every_service_has_a_port_of_its_own():
    assert set(FIXED_PORTS) == set(SERVICE_NAMES)
    assert len(set(FIXED_PORTS.values())) == len(FIXED_PORTS)
    assert FIXED_PORTS["http"] == 7071  # as Core Tools


def test_a_connection_sends_an_answer_in_several_writes_at_once():
    with open_port(ANY_PORT) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
