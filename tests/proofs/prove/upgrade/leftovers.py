"""Creates the work that an earlier version leaves in flight when all its hosts stop, with that version's use cases.

This file is read as text and run by a Python in the earlier version's folder, so it uses only names that both versions
have. Arguments are usage messages: one whose recharge stays in the outbox because the queues are unavailable, one whose
recharge message waits in its queue, one whose notice waits in its queue.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from shared.adapters.queues.azure_queues import AzureQueues
from shared.ports import UnavailableError
from shared.settings import read_settings
from shared.use_cases.accounts.catch_up import wake_due
from shared.use_cases.usage.record_usage import record_usage
from shared.wiring.composition import opened

SOON = timedelta(minutes=3)


class FutureClock:
    """A clock three minutes ahead, by which alarms that were just set are due."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC) + SOON  # noqa: TID251 - this script has its own clock


class Now:
    """The computer's clock."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)  # noqa: TID251 - as above


async def away(*_: object) -> None:
    """Fail as an unavailable queue service does."""
    raise UnavailableError("the queues are unavailable")


async def leave(in_outbox: str, *in_queues: str) -> None:
    """Book the messages, and leave unprocessed the messages that follow from them."""
    settings, send = read_settings(os.environ), AzureQueues.send
    async with opened(settings, Now()) as services:
        AzureQueues.send = away  # type: ignore[method-assign, assignment]
        await record_usage(services, in_outbox.encode())
        AzureQueues.send = send  # type: ignore[method-assign]
        for message in in_queues:
            await record_usage(services, message.encode())
    async with opened(settings, FutureClock()) as services:
        await wake_due(services)


if __name__ == "__main__":
    asyncio.run(leave(*sys.argv[1:]))
