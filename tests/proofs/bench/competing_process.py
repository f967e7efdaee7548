"""`python -m tests.proofs.bench.competing_process CONNECTION`: one of several processes that book to one account.

It prints "ready". For each line `ACCOUNT SEED CALLS` on standard input it prepares CALLS calls and prints "set"; after
a further line it books them and prints how many seconds that took.
"""

import asyncio
import sys
from time import perf_counter

from shared.adapters.clock import SystemClock
from shared.kernel.ids import AccountId
from tests.proofs.bench.callers import calls_a_second
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.services import services_on


def say(text: str) -> None:
    """Print one line for the parent process."""
    print(text, flush=True)


async def main(connection: str) -> None:
    """Process the lines of standard input until it ends."""
    async with services_on(connection, SystemClock()) as services:
        say("ready")
        while line := await asyncio.to_thread(sys.stdin.readline):
            account, seed, count = line.split()
            messages = Calls(int(seed), services.clock.now()).messages([AccountId(account)], int(count))
            say("set")
            await asyncio.to_thread(sys.stdin.readline)  # the signal to start
            began = perf_counter()
            await calls_a_second(services, messages)
            say(f"{perf_counter() - began}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
