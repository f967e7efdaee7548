"""Fabrikam's telephony system: it asks before a call and during it, and reports the call afterwards (CONTRACT 2.2)."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from local.demo.clients import amount
from local.demo.context import DemoContext
from local.demo.expected_books import ZERO, money
from local.machine.service_client import Json
from shared.kernel.times import instant_text, parse_instant

SOURCE = "urn:example:fabrikam-sbc"


@dataclass(slots=True)
class Talk:
    """A call on *leg* with its parties. *answer* is the latest one; *steps* are the moments of the call."""

    context: DemoContext
    leg: str
    parties: dict[str, str]
    began: datetime
    answer: Json
    steps: list[tuple[str, str, str]] = field(default_factory=list)

    @classmethod
    def ask(cls, context: DemoContext, leg: str, wanted: int, **parties: str) -> "Talk":
        """Ask whether a call may start, for *wanted* seconds at first. A call that may start begins now."""
        answer = context.fabrikam.post(f"calls/{leg}/authorise", {**parties, "wantedSeconds": wanted})
        talk = cls(context, leg, parties, context.machine.now(), answer)
        if hold := talk.hold:
            talk.began = parse_instant(hold["since"])
        talk.note(talk.began)
        return talk

    def talk_and_ask_again(self, wanted: int) -> None:
        """Let people talk until the service wants to be asked again, and ask for *wanted* further seconds."""
        at = parse_instant(self.answer["reauthoriseAt"])
        self._talk_until(at)
        self.answer = self.context.fabrikam.post(f"calls/{self.leg}/extend", {"wantedSeconds": wanted})
        self.note(at)

    def hang_up(self, seconds: int, why: str) -> Json:
        """End the call when it has lasted *seconds*, report it, and return its movement."""
        self._talk_until(self.began + timedelta(seconds=seconds))
        event = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": SOURCE, "id": f"record of {self.leg}"}
        facts = {"account": self.context.fabrikam.account, **self.parties, "leg": self.leg}
        times = {"startedAt": instant_text(self.began), "durationSeconds": seconds}
        self.context.send([json.dumps({**event, "data": {**facts, **times}})])
        booked = self.context.fabrikam.all("movements", order="desc")
        [found] = [each for each in booked if each["event"] and each["event"]["id"] == event["id"]]
        self.steps.append((minutes(seconds), why, f"costs {money(-amount(found['amount']))}"))
        return found

    @property
    def hold(self) -> Json | None:
        """Its open hold, if there is one."""
        return next((hold for hold in self.context.fabrikam.all("holds") if hold["leg"] == self.leg), None)

    @property
    def held(self) -> Decimal:
        """What its hold has set aside in lots."""
        hold = self.hold
        return amount(hold["amount"]) if hold else ZERO

    def note(self, at: datetime) -> None:
        """Remember what was just answered, as a moment of the call."""
        lasted = round((at - self.began).total_seconds())
        self.steps.append((minutes(lasted), answer_text(self.answer), f"{money(self.held)} held"))

    def _talk_until(self, at: datetime) -> None:
        if at > self.context.machine.now():  # on a busy computer it may have passed already
            self.context.machine.move_clock(at)

    def show(self) -> None:
        """Print the moments of the call."""
        width = max(len(at) for at, _, _ in self.steps)
        self.context.console.steps((at.rjust(width), what, more) for at, what, more in self.steps)


def answer_text(answer: Json) -> str:
    """An answer for people: `allowed until 5:00`, `refused: balance zero`."""
    if not answer["allowed"]:
        return f"refused: {answer['reason'].replace('_', ' ')}"
    if answer["maxSeconds"] is None:
        return "allowed without a limit"
    return f"allowed until {minutes(answer['maxSeconds'])}{', and no longer' if answer['finalUnit'] else ''}"


def verdict(answer: Json) -> str:
    """The reason of a "no", or the seconds that a "yes" allows."""
    return str(answer["maxSeconds"] or "no limit") if answer["allowed"] else str(answer["reason"])


def minutes(seconds: int) -> str:
    """`4:05`, `123:00`."""
    return f"{seconds // 60}:{seconds % 60:02}"
