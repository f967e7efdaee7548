"""Calls of the fake payment provider: idempotent by key for a day, with outcomes and faults set by tests."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from local.stand_ins.stripe.cards import FAULTS
from shared.ports import Clock, PaymentRefusedError, UnavailableError
from tests.fakes.charges import MistakeError, StoredAnswer, constant, outage

KEY_LIFETIME = timedelta(hours=24)


class FakeCalls:
    """Answers of calls. The next outcomes are set by `next_outcome`, with the stand-in's names."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._keys: dict[str, StoredAnswer] = {}
        self._outcomes: list[tuple[str, str]] = []
        self._refusals: list[tuple[str, str]] = []
        self._made = 0

    def next_outcome(self, outcome: str, *, on: str = "confirm", times: int = 1) -> None:
        """Set the outcome of the next *times* calls of the method *on*."""
        self._outcomes += [(on, outcome)] * times

    def refuse(self, code: str, *, on: str, times: int = 1) -> None:
        """Let the next *times* calls of the method *on* raise PaymentRefusedError with *code*."""
        self._refusals += [(on, code)] * times

    def _id(self, prefix: str) -> str:
        self._made += 1
        return f"{prefix}_{self._made}"

    def _take(self, on: str, among: Collection[str]) -> str | None:
        """Return and use up the next outcome set for *on*, if it is one *among* these."""
        position = next((at for at, (call, _) in enumerate(self._outcomes) if call == on), None)
        if position is None or self._outcomes[position][1] not in among:
            return None
        return self._outcomes.pop(position)[1]

    def _once(self, call: str, key: str | None, request: object, act: Callable[[], Any]) -> Any:
        """Run *act* once per key and day; repeat its answer, or its outage, for the same key."""
        stored = self._keys.get(key or "")
        if stored and self._clock.now() - stored.at < KEY_LIFETIME:
            if stored.request != (call, request):
                raise MistakeError(f"the key {key} was used for something else")
            return stored.answer()
        if self._refusals and self._refusals[0][0] == call:
            raise PaymentRefusedError(self._refusals.pop(0)[1])
        fault = self._take(call, FAULTS)
        if fault in ("timeout_before", "rate_limit"):
            raise UnavailableError(fault)
        answer = outage if fault == "error_500" else constant(act())
        stored_answer = outage if fault == "error_500_after" else answer
        if key:
            self._keys[key] = StoredAnswer((call, request), self._clock.now(), stored_answer)
        return outage() if fault == "timeout_after" else stored_answer()
