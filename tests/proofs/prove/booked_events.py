"""The ids of the events that an account's journal has booked, read page by page."""

import asyncio

from local.clock import LocalClock
from local.machine.machine import Machine
from shared.kernel.ids import AccountId
from shared.posting.journal import reads
from shared.settings import read_settings
from shared.wiring.composition import opened


def booked_events(machine: Machine, account: str) -> list[str]:
    """The id of each event in the order in which it was booked, as often as it was booked."""
    return asyncio.run(_booked_events(machine, AccountId(account)))


async def _booked_events(machine: Machine, account: AccountId) -> list[str]:
    async with opened(read_settings(machine.settings), LocalClock(machine.folder / "clock")) as services:
        book = await services.book(account)
        return [
            movement["event"][1]
            async for page in reads.pages(services.ledger.table, account, 1, book.position.sequence)
            for movement in page.facts["movements"]
            if "event" in movement
        ]
