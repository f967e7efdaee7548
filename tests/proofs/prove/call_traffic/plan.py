"""What will happen to each call, chosen by a seed, with its price by a calculation of the proof's own."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

LONDON, DUBLIN, BOSTON = "+442079460123", "+35312345678", "+16175550123"

RATES: dict[str, tuple[str, str, str, int, int]] = {
    "44": ("United Kingdom", "GB", "0.60", 60, 60),
    "353": ("Ireland", "IE", "0.30", 30, 6),
    "1": ("United States", "US", "0.12", 0, 1),
}
"""Name, country, price a minute, minimum and increment by prefix. Calls to Boston have a connection fee, too."""

FEE = {"1": "0.05"}
MICRO = Decimal("0.000001")
CALLED = (LONDON, DUBLIN, BOSTON)


class Outcome(StrEnum):
    """How a call ends."""

    SETTLED = "settled"
    EXTENDED = "extended"  # and then settled
    TWICE = "twice"  # its usage is sent twice
    RELEASED = "released"
    LOST = "lost"  # nothing is heard of it again
    LATE = "late"  # its usage comes after its hold has timed out
    UNASKED = "unasked"  # only its usage comes


WEIGHTS = {
    Outcome.SETTLED: 40,
    Outcome.EXTENDED: 20,
    Outcome.TWICE: 5,
    Outcome.RELEASED: 15,
    Outcome.LOST: 10,
    Outcome.LATE: 5,
    Outcome.UNASKED: 5,
}

REPORTED_AT_ONCE = {Outcome.SETTLED, Outcome.EXTENDED, Outcome.TWICE}


@dataclass(slots=True)
class PlannedCall:
    """One call, and what was answered about it."""

    leg: str
    called: str
    user: str
    wanted: int
    seconds: int
    outcome: Outcome
    started_at: datetime | None = None
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_allowed(self) -> bool:
        """Whether it was authorised with a "yes"."""
        return bool(self.answers) and bool(self.answers[0]["allowed"])

    @property
    def is_reported(self) -> bool:
        """Whether its usage is sent. A call that was refused does not take place."""
        if self.outcome is Outcome.UNASKED:
            return True
        return self.is_allowed and self.outcome in {*REPORTED_AT_ONCE, Outcome.LATE}

    @property
    def how_ended(self) -> str:
        """How its hold ends, as the journal has it."""
        if self.outcome is Outcome.RELEASED:
            return "released"
        return "settled" if self.outcome in REPORTED_AT_ONCE else "timedOut"


def planned_calls(rng: random.Random, count: int) -> list[PlannedCall]:
    """*count* calls of a few minutes each."""
    return [_planned(rng, number) for number in range(count)]


def _planned(rng: random.Random, number: int) -> PlannedCall:
    return PlannedCall(
        leg=f"leg-{number:05d}",
        called=rng.choice(CALLED),
        user=f"user-{rng.randint(1, 20)}",
        wanted=rng.choice((60, 120, 300, rng.randint(1, 600))),
        seconds=rng.choice((0, 1, 60, 61, rng.randint(2, 900))),
        outcome=rng.choices([*WEIGHTS], [*WEIGHTS.values()])[0],
    )


def card() -> str:
    """The rate card, in its full form."""
    titles = "prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds"
    rows = (
        f"{prefix},{name},,{country},{price},{FEE.get(prefix, '0')},{minimum},{increment}"
        for prefix, (name, country, price, minimum, increment) in RATES.items()
    )
    return "\n".join([titles, *rows]) + "\n"


def billed(called: str, seconds: int) -> int:
    """The seconds of a call, rounded by its rate (CONTRACT 1, Price)."""
    *_, minimum, increment = _rate(called)[1]
    return -(-max(seconds, minimum) // increment) * increment if seconds else 0


def price(called: str, charged: int) -> Decimal:
    """The price of *charged* billed seconds."""
    prefix, (_, _, per_minute, _, _) = _rate(called)
    if charged == 0:
        return Decimal(0)
    whole = Decimal(FEE.get(prefix, "0")) + Decimal(per_minute) * charged / 60
    return whole.quantize(MICRO, ROUND_HALF_UP)


def _rate(called: str) -> tuple[str, tuple[str, str, str, int, int]]:
    prefixes: Sequence[str] = [prefix for prefix in RATES if called.startswith(f"+{prefix}")]
    prefix = max(prefixes, key=len)
    return prefix, RATES[prefix]
