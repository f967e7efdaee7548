"""What the stored pages of an account say about its holds."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from local.clock import LocalClock
from local.machine.machine import Machine
from shared.kernel.ids import AccountId
from shared.posting.journal import reads
from shared.settings import read_settings
from shared.wiring.composition import opened


@dataclass(slots=True)
class HoldEnds:
    """How each hold ended, by leg: one item for each end. *opened* are all legs that ever had a hold."""

    opened: set[str] = field(default_factory=set)
    ends: dict[str, list[str]] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[str]:
        """How many ended in each way."""
        return Counter(how for each in self.ends.values() for how in each)


def hold_ends(machine: Machine, account: str) -> HoldEnds:
    """Read from the pages, from the first to the last."""
    return asyncio.run(_hold_ends(machine, AccountId(account)))


async def _hold_ends(machine: Machine, account: AccountId) -> HoldEnds:
    found, legs = HoldEnds(), dict[str, str]()
    async with opened(read_settings(machine.settings), LocalClock(machine.folder / "clock")) as services:
        book = await services.ledger.read(account)
        assert book is not None
        async for page in reads.pages(services.ledger.table, account, 1, book.position.sequence):
            for _, hold in page.facts.get("holds", ()):
                legs[hold["key"]] = hold["leg"]
                found.opened.add(hold["leg"])
            for _, key, how in page.facts.get("ended", ()):
                found.ends.setdefault(legs[key], []).append(how)
    return found
