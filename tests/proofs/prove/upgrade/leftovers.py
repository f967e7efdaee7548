"""What an earlier version leaves behind when all its hosts end: run with that version's code, by its own verbs.

Read as text and given to a Python that stands in the earlier version's folder, so it uses only names that both have.
Arguments: a connection string, and messages of usage: one whose recharge stays in the outbox because the queues are
away, one whose recharge message waits in its queue, one whose notice does.
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


class Ahead:
    """A clock some minutes ahead, for which alarms are due that others only set."""

    def now(self) -> datetime:
        """The instant."""
        return datetime.now(UTC) + SOON  # noqa: TID251 - a clock of this script's own


class Now:
    """The computer's clock."""

    def now(self) -> datetime:
        """The instant."""
        return datetime.now(UTC)  # noqa: TID251 - as above


async def away(*_: object) -> None:
    """The queue service does not answer."""
    raise UnavailableError("the queues are away")


async def leave(in_outbox: str, *in_queues: str) -> None:
    """Book, and let nobody work off what follows."""
    settings, send = read_settings(os.environ), AzureQueues.send
    async with opened(settings, Now()) as services:
        AzureQueues.send = away  # type: ignore[method-assign, assignment]
        await record_usage(services, in_outbox.encode())
        AzureQueues.send = send  # type: ignore[method-assign]
        for message in in_queues:
            await record_usage(services, message.encode())
    async with opened(settings, Ahead()) as services:
        await wake_due(services)


if __name__ == "__main__":
    asyncio.run(leave(*sys.argv[1:]))
