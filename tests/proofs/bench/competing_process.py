"""`python -m tests.proofs.bench.competing_process CONNECTION`: one process of several that post to the same account.

It says "ready", and then for every line `ACCOUNT SEED CALLS` on its standard input books so many calls and says how
long that took.
"""

import asyncio
import sys
from time import perf_counter

from shared.adapters.clock import SystemClock
from shared.kernel.ids import AccountId
from tests.proofs.bench.callers import calls_a_second
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.test_bed import services_on


def say(words: str) -> None:
    """One line to the parent."""
    print(words, flush=True)


async def main(connection: str) -> None:
    """Work off orders until there are no more."""
    async with services_on(connection, SystemClock()) as services:
        say("ready")
        while order := await asyncio.to_thread(sys.stdin.readline):
            account, seed, count = order.split()
            messages = Calls(int(seed), services.clock.now()).messages([AccountId(account)], int(count))
            say("set")
            await asyncio.to_thread(sys.stdin.readline)  # go
            began = perf_counter()
            await calls_a_second(services, messages)
            say(f"{perf_counter() - began}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
