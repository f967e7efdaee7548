"""A stand-in for a telephony switch: it extends calls before what they may talk is used up, and hangs up when it is."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.kernel.times import parse_instant
from tests.proofs.prove.telephony import Telephony

CALLERS = 24


@dataclass(slots=True)
class TalkingCall:
    """One call. *wish*: how long its parties want to talk. *talked* is set when it has ended; 0 when it was refused."""

    leg: str
    called: str
    user: str
    wish: int
    wanted: int
    started_at: datetime | None = None
    most: int = 0
    ask_at: datetime | None = None
    talked: int | None = None
    was_cut: bool = False
    extensions: int = 0

    def take(self, answer: dict[str, Any]) -> None:
        """What the service has answered: until when the call may talk, and when to ask again."""
        self.most = answer["maxSeconds"]
        is_final = not answer["allowed"] or answer["finalUnit"] is not None
        self.ask_at = None if is_final and not answer["allowed"] else parse_instant(answer["reauthoriseAt"])

    def hang_up(self, now: datetime) -> bool:
        """Whether the call has ended: its parties are done, or its seconds are used up. A switch has a timer for that,
        so that the call ends at that second, whenever this is called.
        """
        assert self.started_at is not None
        allowed = min(self.wish, self.most)
        if now < self.started_at + timedelta(seconds=allowed):
            return False
        self.talked, self.was_cut = allowed, self.most < self.wish
        return True


class Switch:
    """Calls in progress of one account."""

    def __init__(self, telephony: Telephony, hosts: int, fields: dict[str, str]) -> None:
        self._telephony, self._hosts, self._fields = telephony, hosts, fields
        self.talking: list[TalkingCall] = []
        self.refused: list[TalkingCall] = []
        self.most_at_once = 0

    def start(self, calls: Iterable[TalkingCall], now: Callable[[], datetime]) -> None:
        """Ask for every call; those that are allowed begin to talk at once."""

        def ask(call: TalkingCall) -> None:
            host = sum(call.leg.encode()) % self._hosts
            answer = self._telephony.authorise(
                call.leg, call.wanted, host=host, called=call.called, user=call.user, **self._fields
            )
            if answer["allowed"]:
                call.started_at = now()
                call.take(answer)
                self.talking.append(call)
            else:
                call.talked = 0
                self.refused.append(call)

        self._each(ask, calls)
        self.most_at_once = max(self.most_at_once, len(self.talking))

    def pass_time(self, now: datetime) -> list[TalkingCall]:
        """Extend the calls that are due at *now*, and return those that have ended."""
        ended = [call for call in self.talking if call.hang_up(now)]
        self.talking = [call for call in self.talking if call.talked is None]

        def ask(call: TalkingCall) -> None:
            call.take(self._telephony.extend(call.leg, call.wanted, host=sum(call.leg.encode()) % self._hosts))
            call.extensions += 1

        self._each(ask, [call for call in self.talking if call.ask_at is not None and call.ask_at <= now])
        return ended

    def _each(self, act: Callable[[TalkingCall], None], calls: Iterable[TalkingCall]) -> None:
        with ThreadPoolExecutor(CALLERS) as callers:
            list(callers.map(act, calls))
