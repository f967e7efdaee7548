"""Carries planned calls out, many at once, on hosts of which one may be killed meanwhile."""

import random
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Event

from local.machine.machine import Machine
from shared.kernel.times import instant_text
from tests.proofs.prove.call_traffic.plan import Outcome, PlannedCall
from tests.proofs.prove.telephony import Telephony
from tests.proofs.prove.usage_queue import UsageQueue

CALLERS = 24
"""Calls that ask at the same time."""

FIELDS = {"capability": "MCOPSTN1", "usageLocation": "GB"}
"""Calls to London may use the pool of this plan; the others are international."""


class Traffic:
    """One account's calls."""

    def __init__(self, machine: Machine, switch: Telephony, queue: UsageQueue, rng: random.Random) -> None:
        self._machine, self._switch, self._queue, self._rng = machine, switch, queue, rng
        self.kills = 0

    def carry_out(self, calls: Sequence[PlannedCall], kill_in: Collection[int]) -> None:
        """Ask, extend, give up and report, one after the other; *kill_in*: during which of these
        a host is killed."""
        phases: list[tuple[Callable[[PlannedCall], None], Iterable[PlannedCall]]] = [
            (self._authorise, [call for call in calls if call.outcome is not Outcome.UNASKED]),
            (self._extend, [call for call in calls if call.outcome is Outcome.EXTENDED]),
            (self._release, [call for call in calls if call.outcome is Outcome.RELEASED]),
        ]
        for number, (act, chosen) in enumerate(phases):
            self._at_once(act, list(chosen), kills=number in kill_in)
        ended = [call for call in calls if call.is_reported and call.outcome is not Outcome.LATE]
        self._report(ended, kills=len(phases) in kill_in)

    def report_late(self, calls: Sequence[PlannedCall]) -> None:
        """The usage of calls whose holds have timed out."""
        self._report([call for call in calls if call.is_reported and call.outcome is Outcome.LATE], kills=False)

    def _at_once(self, act: Callable[[PlannedCall], None], calls: Sequence[PlannedCall], *, kills: bool) -> None:
        """*act* on every call, in any order. A host is killed when a random number of them is done."""
        moment, reached = self._rng.randint(0, max(len(calls) // 2, 0)), Event()
        with ThreadPoolExecutor(CALLERS) as callers:
            running = [callers.submit(act, call) for call in calls]
            self._signal_after(running[:moment], reached)
            if kills:
                reached.wait()
                self._kill()
            for each in running:
                each.result()

    def _signal_after(self, running: Sequence[Future[None]], reached: Event) -> None:
        if not running:
            reached.set()
        for each in running[-1:]:
            each.add_done_callback(lambda _: reached.set())

    def _kill(self) -> None:
        index = self._rng.randrange(len(self._machine.workers))
        self._machine.kill_host(index)
        self._machine.start_host(index)
        self.kills += 1

    def _authorise(self, call: PlannedCall) -> None:
        answer = self._switch.authorise(
            call.leg, call.wanted, host=self._host(call), called=call.called, user=call.user, **FIELDS
        )
        call.answers.append(answer)

    def _extend(self, call: PlannedCall) -> None:
        if call.is_allowed:
            call.answers.append(self._switch.extend(call.leg, call.wanted, host=self._host(call)))

    def _release(self, call: PlannedCall) -> None:
        self._switch.release(call.leg, host=self._host(call))

    def _host(self, call: PlannedCall) -> int:
        return sum(call.leg.encode()) % len(self._machine.workers)

    def _report(self, calls: Sequence[PlannedCall], *, kills: bool) -> None:
        """Send the usage of *calls* in random order; some of it twice."""
        now = self._machine.now()
        texts = []
        for call in calls:
            call.started_at = now - timedelta(seconds=1)
            more = {"called": call.called, "user": call.user, "startedAt": instant_text(call.started_at), **FIELDS}
            text = self._switch.usage(call.leg, call.started_at, call.seconds, **more)
            texts += [text, text] if call.outcome is Outcome.TWICE else [text]
        self._rng.shuffle(texts)
        self._queue.send(texts)
        if kills:
            self._kill()
