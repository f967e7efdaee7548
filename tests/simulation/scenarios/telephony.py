"""A telephony system that asks before a call, extends it while people talk, and reports or releases it at its end."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from shared.posting.journal.keys import OPEN_HOLD
from shared.service.http import Reply
from shared.use_cases.calls.authorise_call import authorise_call
from shared.use_cases.calls.extend_call import extend_call
from shared.use_cases.calls.release_call import release_call
from tests.simulation.engine.client import UseCase, send_once, send_until_answered
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, Sent, call
from tests.simulation.scenarios.scenario import ONE, Scenario, pause
from tests.simulation.scenarios.user_requests import request

UNANSWERED_MAX = 2
"""Tries after which an impatient telephony system no longer asks."""

FATES = (
    *("talks", "talks", "talks", "extends", "extends", "talks longer", "is silent", "is released", "is late"),
    *("hangs up early", "is reported first", "is reported twice", "has two records", "was never asked for"),
)
"""What becomes of a call."""


@dataclass(frozen=True)
class Asked:
    """An answered question about a leg: when it was first asked, and the answer."""

    leg: str
    verb: str
    asked_at: datetime
    answered_at: datetime
    answer: Mapping[str, Any]

    @property
    def is_held(self) -> bool:
        """Whether it is a "yes" for a number of seconds."""
        return bool(self.answer.get("allowed")) and self.answer["maxSeconds"] is not None


@dataclass
class Telephony(Scenario):
    """Calls of one account. *asked* are all answered questions. *capability* is that of the calls. *has_pools*: what
    domestic calls cost depends on what is left in a pool. *size_max*: the most seconds that a pool ever has.
    """

    has_pools: ClassVar[bool] = False
    asked: list[Asked] = field(default_factory=list)
    size_max: int = 0
    capability: str | None = None

    async def make_call(self, sim: Simulation, number: int, user: str, called: str, longest: float) -> None:
        """One call from the question to its end."""
        fate = sim.randomness.work.choice(FATES)
        made = MadeCall(self, sim, f"leg {number}", user, called, longest)
        sim.record("telephony", f"{made.leg} {fate}")
        await made.meet(fate)

    async def ask(self, sim: Simulation, verb: str, leg: str, body: object = None) -> Mapping[str, Any] | None:
        """The answer to a question about *leg*; None when it is never answered."""
        use_case, asked_at = _USE_CASES[verb], sim.now()
        asked = request(ONE, body, leg=leg)
        if sim.randomness.work.random() < 0.8:
            answer, _ = await send_until_answered(sim, use_case, asked, "telephony")
        else:
            for _ in range(UNANSWERED_MAX):
                answer = await send_once(sim, use_case, asked, "telephony")  # type: ignore[assignment]
                if isinstance(answer, Reply):
                    break
                await asyncio.sleep(1.0)
        if not isinstance(answer, Reply):
            if hasattr(answer, "code") and answer.code != "unavailable":
                sim.fail(f"{verb} of {leg} was answered {answer.code}")
            return None
        assert isinstance(answer.value, Mapping)
        self.asked.append(Asked(leg, verb, asked_at, sim.now(), answer.value))
        if verb == "release" and _is_held(sim, leg):
            sim.fail(f"7: {leg} was released and is still held")
        return answer.value


def _is_held(sim: Simulation, leg: str) -> bool:
    rows = sim.ledger.partition(ONE).items()
    return any(key.startswith(OPEN_HOLD) and f'"leg":"{leg}"' in str(row.values["hold"]) for key, row in rows)


@dataclass
class MadeCall:
    """One call of the telephony system. *longest*: the most seconds that people talk or that anything waits."""

    scenario: Telephony
    sim: Simulation
    leg: str
    user: str
    called: str
    longest: float
    max_seconds: int = 0

    async def meet(self, fate: str) -> None:
        rng = self.sim.randomness.work
        if fate == "is reported first":
            self._report(rng.choice((0, 60, 90)))
            await pause(self.sim, 20.0)
        if fate == "hangs up early":
            await asyncio.gather(self._start(), self._release())
            return
        if fate == "was never asked for":
            self._report(rng.choice((0, 60, 90, 600)), has_leg=rng.random() < 0.5)
            return
        began = await self._start()
        if fate in {"is reported first", "is silent"} or (not began and rng.random() < 0.8):
            return
        await self._talk(fate, began or self.sim.now())

    async def outlive(self, extensions: int, end: str) -> None:
        """Hold an hour, extend it half-way *extensions* times, and end it."""
        rng = self.sim.randomness.work
        answer = await self._ask("authorise", wantedSeconds=3_600)
        began = self.sim.now()
        if answer is None or not answer["allowed"]:
            return
        for _ in range(extensions):
            await asyncio.sleep(1_800.0)
            await self._ask("extend", wantedSeconds=3_600)
        await asyncio.sleep(rng.random() * 3_600)
        if end == "released":
            await self._release()
        elif end == "reported":
            self._report(min(self.max_seconds, int((self.sim.now() - began).total_seconds()), rng.choice((1, 99_999))))

    async def _start(self) -> datetime | None:
        """When the call began; None if it was not allowed or nobody answered."""
        answer = await self._ask("authorise", wantedSeconds=self.sim.randomness.work.choice((1, 60, 300, 3600)))
        return self.sim.now() if answer is not None and answer["allowed"] else None

    async def _talk(self, fate: str, began: datetime) -> None:
        rng = self.sim.randomness.work
        for _ in range(rng.randint(1, 5) if fate == "extends" else 0):
            await pause(self.sim, self.longest)
            await self._ask("extend", wantedSeconds=rng.choice((60, 300, 3600)))
        await pause(self.sim, min(self.longest, self.max_seconds))
        if fate == "is released":
            await self._release()
            return
        if fate == "is late":
            await asyncio.sleep(self.max_seconds + 120 + rng.choice((1, 300, 90_000)))
        talked = int((self.sim.now() - began).total_seconds()) if fate != "is late" else rng.randint(0, 600)
        seconds = talked + 900 if fate == "talks longer" else min(talked, self.max_seconds)
        for number in range(2 if fate == "has two records" else 1):
            sent = self._report(seconds, began, record=f"{self.leg} record {number}" if number else self.leg)
        if fate == "is reported twice":
            await pause(self.sim, 60.0)
            self.scenario.send_usage(self.sim, sent)
        if rng.random() < 0.3:
            await pause(self.sim, 60.0)
            self._report(rng.choice((0, 60, 600)), began)  # other content: an operator accepts it as a correction

    async def _release(self) -> None:
        released = await self._ask("release")
        if released is not None and self.sim.randomness.work.random() < 0.5:
            await self._ask("authorise", wantedSeconds=60)

    async def _ask(self, verb: str, **wanted: int) -> Mapping[str, Any] | None:
        described = {"user": self.user, "direction": "out", "service": "user", "called": self.called}
        if self.scenario.capability:
            described["capability"] = self.scenario.capability
        answer = await self.scenario.ask(self.sim, verb, self.leg, {**described, **wanted})
        if answer is not None and answer.get("allowed"):
            self.max_seconds = max(self.max_seconds, answer["maxSeconds"] or 0)
        return answer

    def _report(self, seconds: int, began: datetime | None = None, *, record: str = "", has_leg: bool = True) -> Sent:
        """Report the call, under the leg's name or as another record of it."""
        name = record or self.leg
        further = {"leg": self.leg} if has_leg else {}
        further |= {"capability": self.scenario.capability} if self.scenario.capability else {}
        started_at = began or self.sim.now() - timedelta(seconds=seconds)
        sent = call(ONE, name, self.called, seconds, started_at, user=self.user, **further)
        if self.scenario.has_pools and self.called == SEATTLE:
            sent = replace(sent, price=None)  # it depends on what is left in the pool
        self.scenario.send_usage(self.sim, sent)
        return sent


_USE_CASES: Mapping[str, UseCase] = {"authorise": authorise_call, "extend": extend_call, "release": release_call}
