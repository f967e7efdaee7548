"""Creates the work that an earlier version leaves in flight when all its hosts stop, with that version's use cases.

This file is read as text and run by a Python in the earlier version's folder. A module has its present name there, or
the one that it had in version 0.1.0. Arguments are usage messages: one whose recharge stays in the outbox because the
queues are unavailable, one whose recharge message waits in its queue, one whose notice waits in its queue.
"""

import asyncio
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import ModuleType

from shared.ports import UnavailableError
from shared.settings import read_settings


def first_of(*names: str) -> ModuleType:
    """The first of the modules *names* that this version has."""
    for name in names:
        with suppress(ModuleNotFoundError):
            return import_module(name)
    raise ModuleNotFoundError(f"this version has none of {', '.join(names)}")


AzureQueues = first_of("shared.adapters.queues.azure_queues", "shared.adapters.azure_queues").AzureQueues
wake_due = first_of("shared.use_cases.accounts.catch_up", "shared.use_cases.catch_up").wake_due
record_usage = first_of("shared.use_cases.usage.record_usage", "shared.use_cases.record_usage").record_usage
opened = first_of("shared.wiring.composition", "shared.wiring").opened

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
        AzureQueues.send = away
        await record_usage(services, in_outbox.encode())
        AzureQueues.send = send
        for message in in_queues:
            await record_usage(services, message.encode())
    async with opened(settings, FutureClock()) as services:
        await wake_due(services)


if __name__ == "__main__":
    asyncio.run(leave(*sys.argv[1:]))
