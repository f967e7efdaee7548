"""Eight processes that post to one account, beside one: rivals for one head row must not slow each other down."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from statistics import median
from time import perf_counter

from local.machine.paths import ROOT
from shared.kernel.ids import AccountId
from shared.service.services import Services
from tests.proofs.bench.alternation import ratio
from tests.proofs.bench.bench import Bench, Line, Wanted
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.test_bed import Opening, bed, open_account, storage

PROCESSES = 8
CALLS = 9_600
ROUNDS = 3


class CompetingProcess:
    """A process that books calls when it is told to."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def tell(self, words: str) -> None:
        """One line to it."""
        assert self._process.stdin is not None
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        """Its next line."""
        assert self._process.stdout is not None
        words = self._process.stdout.readline().strip()
        assert words, "a rival ended early"
        return words


@contextmanager
def competing_process(connection: str) -> Iterator[CompetingProcess]:
    """A process that is ready; it ends with its standard input."""
    command = [sys.executable, "-m", "tests.proofs.bench.competing_process", connection]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        yield CompetingProcess(process)


def measure() -> list[Line]:
    """The same calls by one process and by eight, in turns, a new account each time."""
    with storage() as connection, ExitStack() as ending:
        rivals = [ending.enter_context(competing_process(connection)) for _ in range(PROCESSES)]
        return asyncio.run(_measure(connection, rivals))


async def _measure(connection: str, rivals: Sequence[CompetingProcess]) -> list[Line]:
    rates: dict[int, list[float]] = {1: [], PROCESSES: []}
    commits: dict[int, int] = {1: 0, PROCESSES: 0}
    async with bed(connection) as services:
        for one in rivals:
            one.hear()
        for number in range(ROUNDS + 1):
            for count, found in rates.items():
                [account] = Calls(2 * number + (count > 1), services.clock.now()).accounts(1)
                await open_account(services, Opening(account, 1, None))
                rate = _race(rivals[:count], account, number)
                if number > 0:
                    found.append(rate)
                    commits[count] += await _commits(services, account)
    alone = median(rates[1])
    together = ratio(rates[PROCESSES], rates[1])
    return [
        Line("one process", alone, "debits/s"),
        Line("  its commits", commits[1] / ROUNDS / CALLS * 1000, "per 1,000 calls"),
        Line(
            f"{PROCESSES} processes together", median(rates[PROCESSES]), "debits/s", together, "one", Wanted(least=0.7)
        ),
        Line("  their commits", commits[PROCESSES] / ROUNDS / CALLS * 1000, "per 1,000 calls"),
    ]


async def _commits(services: Services, account: AccountId) -> int:
    return (await services.book(account)).position.sequence


def _race(rivals: Sequence[CompetingProcess], account: AccountId, number: int) -> float:
    """Debits a second of all together, from the start to the end of the last one."""
    for place, one in enumerate(rivals):
        one.tell(f"{account} {1000 * number + place} {CALLS // len(rivals)}")
    for one in rivals:
        one.hear()
    began = perf_counter()
    for one in rivals:
        one.tell("go")
    for one in rivals:
        one.hear()
    return CALLS / (perf_counter() - began)


BENCH = Bench("processes", "eight processes on one account, beside one", measure)
