"""Eight processes that post to one account, compared with one: contention for the head row must cost little."""

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
from tests.proofs.bench.bench import Bench, Line, Target
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.services import NewAccount, open_account, prepared_services, storage

PROCESSES = 8
CALLS = 9_600
ROUNDS = 3


class CompetingProcess:
    """A child process that books calls on request."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def write_line(self, words: str) -> None:
        """Write a line to its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()

    def read_line(self) -> str:
        """The next line of its standard output."""
        assert self._process.stdout is not None
        words = self._process.stdout.readline().strip()
        assert words, "a competing process ended early"
        return words


@contextmanager
def competing_process(connection: str) -> Iterator[CompetingProcess]:
    """Start a process; it ends when its standard input is closed."""
    command = [sys.executable, "-m", "tests.proofs.bench.competing_process", connection]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        yield CompetingProcess(process)


def measure() -> list[Line]:
    """Book the same calls by one process and by eight alternately, each time to a new account."""
    with storage() as connection, ExitStack() as ending:
        processes = [ending.enter_context(competing_process(connection)) for _ in range(PROCESSES)]
        return asyncio.run(_measure(connection, processes))


async def _measure(connection: str, processes: Sequence[CompetingProcess]) -> list[Line]:
    rates: dict[int, list[float]] = {1: [], PROCESSES: []}
    commits: dict[int, int] = {1: 0, PROCESSES: 0}
    async with prepared_services(connection) as services:
        for process in processes:
            process.read_line()
        for number in range(ROUNDS + 1):
            for count, found in rates.items():
                [account] = Calls(2 * number + (count > 1), services.clock.now()).accounts(1)
                await open_account(services, NewAccount(account, 1, None))
                rate = _run_together(processes[:count], account, number)
                if number > 0:
                    found.append(rate)
                    commits[count] += await _commits(services, account)
    alone = median(rates[1])
    together = ratio(rates[PROCESSES], rates[1])
    return [
        Line("one process", alone, "debits/s"),
        Line("  its commits", commits[1] / ROUNDS / CALLS * 1000, "per 1,000 calls"),
        Line(
            f"{PROCESSES} processes together", median(rates[PROCESSES]), "debits/s", together, "one", Target(least=0.7)
        ),
        Line("  their commits", commits[PROCESSES] / ROUNDS / CALLS * 1000, "per 1,000 calls"),
    ]


async def _commits(services: Services, account: AccountId) -> int:
    return (await services.book(account)).position.sequence


def _run_together(processes: Sequence[CompetingProcess], account: AccountId, number: int) -> float:
    """Debits per second of all processes together, until the last one ends."""
    for place, process in enumerate(processes):
        process.write_line(f"{account} {1000 * number + place} {CALLS // len(processes)}")
    for process in processes:
        process.read_line()
    began = perf_counter()
    for process in processes:
        process.write_line("go")
    for process in processes:
        process.read_line()
    return CALLS / (perf_counter() - began)


BENCH = Bench("processes", "debits per second of eight processes on one account, relative to one process", measure)
