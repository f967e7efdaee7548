"""The faults of DESIGN 7, and the choice of the calls that they affect: random by a seed, or scripted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Protocol


class Fault(StrEnum):
    """A fault of an external call."""

    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    LOST_BEFORE = "lost before"  # not executed, and the caller does not know
    LOST_AFTER = "answer lost"  # executed, and the caller does not know
    LATE = "lands late"  # executed after the caller's timeout
    LATE_AND_CRASH = "lands after the crash"
    FREEZE_BEFORE = "freeze before"
    FREEZE_AFTER = "freeze after"
    SLOW = "slow"
    TWICE = "sent twice"


class Mishap(StrEnum):
    """A fault that is not caused by an external call."""

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
MAX_RATES: Mapping[Mishap, float] = {
    Mishap.SKEW: 1.5,
    Mishap.JUMP: 0.2,
    Mishap.DELIVERED_TWICE: 0.2,
    Mishap.EMPTY_RESPONSE: 0.2,
    Mishap.STORAGE_DOWN: 0.02,
    Mishap.PROVIDER_DOWN: 0.05,
    Mishap.MAIL_DOWN: 0.3,
}
"""The maximum rates of mishaps at frequent events: worker starts, messages, calls. The others have OFTEN."""


class Kind(StrEnum):
    """The kind of an external call."""

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
"""The possible faults by kind. A read changes nothing, so it does not matter when its answer is lost."""


@dataclass(frozen=True, slots=True)
class Call:
    """One external call: its name, such as "ledger.transact", and its kind."""

    name: str
    kind: Kind


class Faults(Protocol):
    """Decides which faults happen."""

    counts: Counter[str]

    def fault_of(self, call: Call) -> Fault | None:
        """The fault of this call, or None."""
        ...

    def happens(self, mishap: Mishap) -> bool:
        """Whether *mishap* happens now."""
        ...

    def start(self) -> None:
        """Start to cause faults."""
        ...

    def stop(self) -> None:
        """Stop causing faults."""
        ...


FOCUSES = ("", "", "", "ledger.", "ledger.transact", "ledger.transact", "alarms.", "suspense.", "queue.", "provider.")
"""The focus of faults in a run: equal for all calls, or frequent for calls with this prefix and rare for others."""

STOPS_MAX = 20
"""Maximum crashes and freezes in one run; more would only increase the number of repeated deliveries."""

FOCUSED, ELSEWHERE = 5.0, 0.2


class RandomFaults:
    """Random faults. Each has a random rate, which is often zero, so that runs get past frequent faults."""

    def __init__(self, rng: Random, max_rate: float, focus: str | None) -> None:
        self.counts: Counter[str] = Counter()
        self._rng = rng
        self._on = False
        self._stops = 0
        self._focus = rng.choice(FOCUSES) if focus is None else focus
        rates = {fault: _rate(rng, max_rate) for fault in Fault}
        if self._focus:
            self._focused, self._rates = _by_kind(rates, FOCUSED), _by_kind(rates, ELSEWHERE)
        else:
            self._focused = self._rates = _by_kind(rates, 1.0)
        self._mishaps = {mishap: _rate(rng, MAX_RATES.get(mishap, OFTEN)) for mishap in Mishap}

    def fault_of(self, call: Call) -> Fault | None:
        if not self._on:
            return None
        drawn = self._rng.random()
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

    def happens(self, mishap: Mishap) -> bool:
        if not self._on or self._rng.random() >= self._mishaps[mishap]:
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


def _rate(rng: Random, max_rate: float) -> float:
    """Zero with probability one half, else a random rate up to *max_rate*, mostly a small one."""
    return max_rate * rng.random() ** 2 if rng.random() < 0.5 else 0.0


class PlannedFaults:
    """Exactly the planned faults, by the number of the call."""

    def __init__(self, planned: Mapping[int, Fault]) -> None:
        self.counts: Counter[str] = Counter()
        self.calls: list[Call] = []
        self._planned = planned
        self._on = False

    def fault_of(self, call: Call) -> Fault | None:
        if not self._on:
            return None
        self.calls.append(call)
        fault = self._planned.get(len(self.calls) - 1)
        if fault is None or fault not in POSSIBLE[call.kind]:
            return None
        self.counts[fault] += 1
        return fault

    def happens(self, mishap: Mishap) -> bool:  # noqa: ARG002 - only planned faults happen
        return False

    def start(self) -> None:
        self._on = True

    def stop(self) -> None:
        self._on = False


def no_faults() -> PlannedFaults:
    """No faults; the calls are recorded."""
    return PlannedFaults({})


def each(calls: Sequence[Call]) -> list[tuple[int, Fault]]:
    """The number of every call, with every possible fault."""
    return [(number, fault) for number, call in enumerate(calls) for fault in POSSIBLE[call.kind]]
