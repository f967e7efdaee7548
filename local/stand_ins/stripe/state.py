"""The stand-in's state, in memory and optionally in a file."""

import asyncio
import json
import os
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from local.stand_ins.stripe.objects import Json

SAVE_PAUSE_SECONDS = 0.3
"""Minimum seconds between writes; one write saves all changes since the last."""


@dataclass
class State:
    """Stripe's objects by id, stored answers by key, outcomes set for the next calls, undelivered webhooks."""

    customers: dict[str, Json] = field(default_factory=dict)
    cards: dict[str, Json] = field(default_factory=dict)
    payments: dict[str, Json] = field(default_factory=dict)
    charges: dict[str, Json] = field(default_factory=dict)
    setups: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    disputes: dict[str, Json] = field(default_factory=dict)
    warnings: dict[str, Json] = field(default_factory=dict)
    unsettled: dict[str, str] = field(default_factory=dict)  # when the state of each of these refunds changes
    set_up: list[str] = field(default_factory=list)  # cards that may be charged without their holder
    tokens: dict[str, str] = field(default_factory=dict)  # the test card of each card
    detached: list[str] = field(default_factory=list)  # cards that can never be used again
    answers: dict[str, Json] = field(default_factory=dict)
    asked: list[Json] = field(default_factory=list)
    news: list[Json] = field(default_factory=list)
    webhooks: str = "normal"
    delivered: int = 0
    given_up: int = 0

    def take(self, on: str, card: str | None, among: Collection[str]) -> str | None:
        """Return and use up the outcome set for the next call of this kind, if it is one *among* these outcomes."""
        fitting = (planned for planned in self.asked if planned["on"] == on and planned["card"] in (None, card))
        planned = next(fitting, None)
        if planned is None or planned["outcome"] not in among:
            return None
        planned["times"] -= 1
        if not planned["times"]:
            self.asked.remove(planned)
        return str(planned["outcome"])


def load(file: Path | None) -> State:
    """Return the state in *file*, without unknown fields, or a new state."""
    held = json.loads(file.read_text()) if file and file.exists() else {}
    return State(**{each.name: held[each.name] for each in fields(State) if each.name in held})


def save(state: State, file: Path | None) -> None:
    """Write the state to *file* atomically."""
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(".new")
        temporary.write_text(json.dumps(asdict(state)))
        os.replace(temporary, file)  # noqa: PTH105 - atomic, also on an existing file


async def keep(state: State, file: Path | None, changed: asyncio.Event) -> None:
    """Save changes until cancelled; saving takes at most a tenth of the time."""
    clock, pause = asyncio.get_running_loop(), SAVE_PAUSE_SECONDS
    while True:
        await changed.wait()
        await asyncio.sleep(pause)
        changed.clear()
        began = clock.time()
        save(state, file)
        pause = max(SAVE_PAUSE_SECONDS, 10 * (clock.time() - began))
