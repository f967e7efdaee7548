"""Fixtures of the loop's tests."""

import pytest

from shared.posting.loop import account_loop, contention
from tests.posting.rig import Desk


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch):
    """Pauses are for real storage and real rivals."""
    monkeypatch.setattr(account_loop, "PAUSE_SECONDS", (0, 0, 0))
    monkeypatch.setattr(contention, "JITTER_SECONDS", 0)
    monkeypatch.setattr(contention, "RECHECK_SECONDS", 0)
    monkeypatch.setattr(contention, "PAUSE_SECONDS", 0)


@pytest.fixture(autouse=True)
def _the_loop_never_fails(caplog):
    """Its callers may all be answered by then: only the log tells of a bug of its own. A test of one clears the log."""
    yield
    assert not [entry.message for entry in caplog.get_records("call") if entry.message.endswith("failed")]


@pytest.fixture
async def desk():
    """An account that is open, with 1,000 in one lot."""
    made = Desk()
    await made.open()
    await made.post(made.grant(1_000, "first"))
    return made
