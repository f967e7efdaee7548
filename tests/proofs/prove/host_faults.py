"""Kills and freezes hosts at random moments while messages are sent, and starts them again."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from time import sleep

from local.machine.machine import Machine
from tests.proofs.prove.usage_queue import UsageQueue

LEASE_SECONDS = 8.0
SHORT_LEASE = {"LocalHost__queueLease": "00:00:08"}
"""What a killed host had taken comes back after this, not after ten minutes."""

FREEZE_SECONDS = LEASE_SECONDS + 3.0
"""Longer than the lease: what the frozen host holds is given to others, and it goes on as if nothing had happened."""

KILLS_A_FREEZE = 5


class HostFaults:
    """Disturbs one machine; counts what it did."""

    def __init__(self, machine: Machine, dice: random.Random, kills: int) -> None:
        self._machine = machine
        self._dice = dice
        self.killed = 0
        self.frozen = 0
        freezes = kills // KILLS_A_FREEZE if len(machine.workers) > 1 else 0
        self._plan: list[Callable[[], None]] = [self._kill] * kills + [self._freeze] * freezes
        dice.shuffle(self._plan)

    def during(self, queue: UsageQueue, texts: Sequence[str]) -> None:
        """Send *texts*, one part for each disturbance, which comes somewhere in the middle of its part."""
        cuts = [round(len(texts) * part / (len(self._plan) + 1)) for part in range(len(self._plan) + 2)]
        parts = [texts[start:end] for start, end in pairwise(cuts)]
        queue.send(parts.pop())
        with ThreadPoolExecutor(1) as sender:
            for part, disturb in zip(parts, self._plan, strict=True):
                moment = queue.sent + self._dice.randint(0, len(part))
                sending = sender.submit(queue.send, part)
                queue.until_sent(moment)
                disturb()
                sending.result()

    def _kill(self) -> None:
        index = self._dice.randrange(len(self._machine.workers))
        self._machine.kill_host(index)
        self._machine.start_host(index)
        self.killed += 1

    def _freeze(self) -> None:
        index = self._dice.randrange(len(self._machine.workers))
        self._machine.freeze_host(index)
        sleep(FREEZE_SECONDS)
        self._machine.thaw_host(index)
        self.frozen += 1
