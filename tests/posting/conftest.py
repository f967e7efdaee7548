"""Fixtures for tests of the posting loop."""

import pytest

from shared.posting.loop import account_loop, contention
from tests.posting.posted_account import PostedAccount


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    """Remove pauses, which are necessary only with real storage and real competing processes."""
    monkeypatch.setattr(account_loop, "PAUSE_SECONDS", (0, 0, 0))
    monkeypatch.setattr(contention, "JITTER_SECONDS", 0)
    monkeypatch.setattr(contention, "RECHECK_SECONDS", 0)
    monkeypatch.setattr(contention, "PAUSE_SECONDS", 0)


@pytest.fixture(autouse=True)
def _the_loop_never_fails(caplog):
    """Check the log, because a bug of the loop may not reach any caller. A test of such a bug must clear the log."""
    yield
    assert not [entry.message for entry in caplog.get_records("call") if entry.message.endswith("failed")]


@pytest.fixture
async def posted():
    """An open account with 1,000 micro-units in one lot."""
    made = PostedAccount()
    await made.open()
    await made.post(made.grant(1_000, "first"))
    return made
