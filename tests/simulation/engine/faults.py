"""The faults of DESIGN 7, and who decides which call meets which: luck with a seed, or a script."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Protocol


class Fault(StrEnum):
    """What a call to the outside can meet."""

    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    LOST_BEFORE = "lost before"  # nothing happened, and the caller does not know
    LOST_AFTER = "answer lost"  # it happened, and the caller does not know
    LATE = "lands late"  # the caller has given up when it happens
    LATE_AND_CRASH = "lands after the crash"
    FREEZE_BEFORE = "freeze before"
    FREEZE_AFTER = "freeze after"
    SLOW = "slow"
    TWICE = "sent twice"


class Mishap(StrEnum):
    """What goes wrong without anybody calling."""

    SKEW = "clock skewed"
    JUMP = "clock jumps"
    DELIVERED_LATE = "message late"
    DELIVERED_TWICE = "message again"
    TIMER_MISSED = "timer missed"
    TIMER_TWICE = "timer twice"
    TIMERS_OFF = "timers off for a day"
    WEBHOOK_LOST = "webhook lost"
    WEBHOOK_TWICE = "webhook doubled"
    WEBHOOK_LATE = "webhook late"
    PROVIDER_500 = "provider keeps a 500"
    MAIL_REFUSED = "mail refused"
    STORAGE_DOWN = "storage down"
    PROVIDER_DOWN = "provider down"
    MAIL_DOWN = "mail down"
    CALLER_LEAVES = "caller leaves"
    EMPTY_RESPONSE = "empty response"


OFTEN = 0.4
WORST: Mapping[Mishap, float] = {
    Mishap.SKEW: 1.5,
    Mishap.JUMP: 0.2,
    Mishap.DELIVERED_TWICE: 0.2,
    Mishap.EMPTY_RESPONSE: 0.2,
    Mishap.STORAGE_DOWN: 0.02,
    Mishap.PROVIDER_DOWN: 0.05,
    Mishap.MAIL_DOWN: 0.3,
}
"""The highest rate of what is met at a worker's start, at a message or at a call, and not only now and then."""


class Kind(StrEnum):
    """What a call does to the outside."""

    READ = "read"
    WRITE = "write"
    SEND = "send"


_CRASHES = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
_FREEZES = (Fault.FREEZE_BEFORE, Fault.FREEZE_AFTER)
_STOPS = {*_CRASHES, *_FREEZES, Fault.LATE_AND_CRASH}
_LATE = (Fault.LATE, Fault.LATE_AND_CRASH)

POSSIBLE: Mapping[Kind, tuple[Fault, ...]] = {
    Kind.READ: (*_CRASHES, Fault.LOST_AFTER, *_FREEZES, Fault.SLOW),
    Kind.WRITE: (*_CRASHES, Fault.LOST_BEFORE, Fault.LOST_AFTER, *_LATE, *_FREEZES, Fault.SLOW),
    Kind.SEND: (*_CRASHES, Fault.LOST_BEFORE, Fault.LOST_AFTER, *_LATE, *_FREEZES, Fault.SLOW, Fault.TWICE),
}
"""A read changes nothing, so losing its answer before or after is the same."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the outside: "ledger.transact", and what kind it is."""

    name: str
    kind: Kind


class Faults(Protocol):
    """Decides what happens."""

    counts: Counter[str]

    def meets(self, call: Call) -> Fault | None:
        """What this call meets."""
        ...

    def strikes(self, mishap: Mishap) -> bool:
        """Whether *mishap* happens now."""
        ...

    def start(self) -> None:
        """From now on things go wrong."""
        ...

    def stop(self) -> None:
        """Nothing goes wrong any more."""
        ...


FOCUSES = ("", "", "", "ledger.", "ledger.transact", "ledger.transact", "alarms.", "suspense.", "queue.", "provider.")
"""Where things go wrong in one run: everywhere alike, or often in one place and seldom elsewhere."""

STOPS_MAX = 20
"""Crashes and freezes in one run: more of them would only pile up what is delivered again."""

FOCUSED, ELSEWHERE = 5.0, 0.2


class Luck:
    """Each fault has its rate, drawn for the seed and often zero: what never happens lets the rest go further."""

    def __init__(self, chance: Random, worst: float, focus: str | None) -> None:
        self.counts: Counter[str] = Counter()
        self._chance = chance
        self._on = False
        self._stops = 0
        self._focus = chance.choice(FOCUSES) if focus is None else focus
        rates = {fault: _rate(chance, worst) for fault in Fault}
        if self._focus:
            self._focused, self._rates = _by_kind(rates, FOCUSED), _by_kind(rates, ELSEWHERE)
        else:
            self._focused = self._rates = _by_kind(rates, 1.0)
        self._mishaps = {mishap: _rate(chance, WORST.get(mishap, OFTEN)) for mishap in Mishap}

    def meets(self, call: Call) -> Fault | None:
        if not self._on:
            return None
        drawn = self._chance.random()
        rates = self._focused if call.name.startswith(self._focus) else self._rates
        for fault, rate in rates[call.kind]:
            drawn -= rate
            if drawn < 0:
                return self._unless_enough(fault)
        return None

    def _unless_enough(self, fault: Fault) -> Fault | None:
        if fault in _STOPS:
            self._stops += 1
            if self._stops > STOPS_MAX:
                return None
        self.counts[fault] += 1
        return fault

    def strikes(self, mishap: Mishap) -> bool:
        if not self._on or self._chance.random() >= self._mishaps[mishap]:
            return False
        self.counts[mishap] += 1
        return True

    def start(self) -> None:
        self._on = True

    def stop(self) -> None:
        self._on = False


def _by_kind(rates: Mapping[Fault, float], times: float) -> dict[Kind, list[tuple[Fault, float]]]:
    return {
        kind: [(fault, rates[fault] * times) for fault in possible if rates[fault]]
        for kind, possible in POSSIBLE.items()
    }


def _rate(chance: Random, worst: float) -> float:
    """Zero every second time, else anything up to *worst*, small rates more often than large ones."""
    return worst * chance.random() ** 2 if chance.random() < 0.5 else 0.0


class Script:
    """Exactly the faults that were asked for, by the number of the call; nothing else goes wrong."""

    def __init__(self, planned: Mapping[int, Fault]) -> None:
        self.counts: Counter[str] = Counter()
        self.calls: list[Call] = []
        self._planned = planned
        self._on = False

    def meets(self, call: Call) -> Fault | None:
        if not self._on:
            return None
        self.calls.append(call)
        fault = self._planned.get(len(self.calls) - 1)
        if fault is None or fault not in POSSIBLE[call.kind]:
            return None
        self.counts[fault] += 1
        return fault

    def strikes(self, mishap: Mishap) -> bool:  # noqa: ARG002 - only what was asked for
        return False

    def start(self) -> None:
        self._on = True

    def stop(self) -> None:
        self._on = False


def no_faults() -> Script:
    """All goes well; the calls are counted."""
    return Script({})


def each(calls: Sequence[Call]) -> list[tuple[int, Fault]]:
    """Every call with every fault that it can meet."""
    return [(number, fault) for number, call in enumerate(calls) for fault in POSSIBLE[call.kind]]
