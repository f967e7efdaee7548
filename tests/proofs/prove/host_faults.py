"""Kills and freezes hosts at random moments while messages are sent, and restarts them."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from time import sleep

from local.machine.machine import Machine
from tests.proofs.prove.usage_queue import UsageQueue

LEASE_SECONDS = 8.0
SHORT_LEASE = {"LocalHost__queueLease": "00:00:08"}
"""Messages that a killed host had leased are delivered again after this time instead of ten minutes."""

FREEZE_SECONDS = LEASE_SECONDS + 3.0
"""Longer than the lease: other hosts receive the frozen host's messages, and it then continues to process them too."""

KILLS_PER_FREEZE = 5


class HostFaults:
    """Kills and freezes the hosts of one machine, and counts both."""

    def __init__(self, machine: Machine, rng: random.Random, kills: int) -> None:
        self._machine = machine
        self._rng = rng
        self.killed = 0
        self.frozen = 0
        freezes = kills // KILLS_PER_FREEZE if len(machine.workers) > 1 else 0
        self._plan: list[Callable[[], None]] = [self._kill] * kills + [self._freeze] * freezes
        rng.shuffle(self._plan)

    def send_with_faults(self, queue: UsageQueue, texts: Sequence[str]) -> None:
        """Send *texts* in one part per planned fault; each fault happens at a random moment within its part."""
        cuts = [round(len(texts) * part / (len(self._plan) + 1)) for part in range(len(self._plan) + 2)]
        parts = [texts[start:end] for start, end in pairwise(cuts)]
        queue.send(parts.pop())
        with ThreadPoolExecutor(1) as sender:
            for part, cause_fault in zip(parts, self._plan, strict=True):
                moment = queue.sent + self._rng.randint(0, len(part))
                sending = sender.submit(queue.send, part)
                queue.until_sent(moment)
                cause_fault()
                sending.result()

    def _kill(self) -> None:
        index = self._rng.randrange(len(self._machine.workers))
        self._machine.kill_host(index)
        self._machine.start_host(index)
        self.killed += 1

    def _freeze(self) -> None:
        index = self._rng.randrange(len(self._machine.workers))
        self._machine.freeze_host(index)
        sleep(FREEZE_SECONDS)
        self._machine.thaw_host(index)
        self.frozen += 1
