"""The plan: which calls arrive in which chapter, so that the story happens whatever number and seed were asked for.

The telephony systems report in portions. Each of them is cut where the balance, which the plan knows beforehand from
its own prices, is where the story wants it. So a portion crosses the trigger once or not at all, however the service
orders the calls in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import TypeAlias

from local.demo.calls import Call, Switchboard
from local.demo.independent_rating import PublishedCard

AMOUNT, TRIGGER = Decimal(50), Decimal(20)
"""What is bought and recharged, the smallest possible in US dollars; and the trigger balance."""

CALLS_MIN = 100
"""With fewer there are not enough calls for every chapter."""

ABOVE_ZERO, ABOVE_TRIGGER = Decimal(1), Decimal(5)
"""What a portion leaves at least, so that neither line is met by accident."""

LEFT_OVER = (Decimal(12), Decimal(45))
"""What is spent of the credit that is bought last: enough for the way to zero and calls after it, and some lapses."""

EVERYDAY_COST, CONFERENCE_COST = 0.06, 5.9
"""About what a call costs on the average, of either kind."""

FIRST_COST, LATER_COST = 72, 100
"""What the first portions must cost to reach the trigger, and the later ones for their three crossings."""

LATER_CALLS = 60
SECONDS_MORE = 600
"""How much longer a call is said to have been, when its record comes altered."""

DRAWS_MAX = 500

Portion: TypeAlias = tuple[Call, ...]


class NoPlanError(Exception):
    """No draw of this seed makes the story possible."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What arrives when."""

    first: tuple[Portion, ...]
    """Each but perhaps the last crosses the trigger, and the recharge is there before the next."""
    altered: Call
    """A call of the first portion, with the same name and another duration."""
    original: Call
    declined: Portion
    """Brings the balance to the trigger while the card has no funds."""
    expired: Portion
    """The same when the card has expired."""
    to_zero: Portion
    """The last of them costs more than is left."""
    after: Portion
    """Used on the credit that was bought anew."""

    @property
    def calls(self) -> list[Call]:
        """All of them, in their order."""
        return [
            call for portion in (*self.first, self.declined, self.expired, self.to_zero, self.after) for call in portion
        ]


def plan_story(number: int, seed: int, card: PublishedCard, midnight: datetime) -> Plan:
    """A story of *number* calls; the same seed tells the same one. NoPlanError."""
    for draw in range(DRAWS_MAX):
        board = Switchboard(Random(f"{seed}.{draw}"), card, midnight)
        found = _cut(_draw(Random(f"{seed}.{draw}.kinds"), board, number), card)
        if found is not None:
            return found
    raise NoPlanError(f"no story of {number} calls comes of the seed {seed}; try another")


def _draw(random: Random, board: Switchboard, number: int) -> list[Call]:
    """Everyday calls and conferences; the fewer calls there are, the more of them are conferences."""
    later = max(LATER_CALLS, number * 5 // 100)
    first = number - later
    days = sorted((random.randint(2, 5) for _ in range(first - 1)), reverse=True)
    calls = [board.emergency(5)]
    calls += [_one(random, board, day, _share(FIRST_COST / first)) for day in days]
    calls += [_one(random, board, 1, _share(LATER_COST / later)) for _ in range(later)]
    return calls


def _share(cost: float) -> float:
    """The share of conferences with which a call costs *cost* on the average; a few there always are."""
    return max(0.005, (cost - EVERYDAY_COST) / (CONFERENCE_COST - EVERYDAY_COST))


def _one(random: Random, board: Switchboard, days_ago: int, conferences: float) -> Call:
    return board.conference(days_ago) if random.random() < conferences else board.everyday(days_ago)


def _cut(calls: Sequence[Call], card: PublishedCard) -> Plan | None:
    """The portions, None when the costs do not fit the story."""
    original = next((call for call in calls if 0 < call.price.amount < 1), None)
    if original is None:
        return None
    altered = _longer(original, card)
    more = altered.price.amount - original.price.amount
    recharges = int((cost(calls) + more - LEFT_OVER[0]) // AMOUNT) - 2  # the first purchase, and the recharge retried
    funds = (1 + recharges) * AMOUNT
    spent_last = cost(calls) + more - funds - AMOUNT
    first = calls[: _within(calls, funds - TRIGGER - ABOVE_TRIGGER)]
    portions = _portions(first)
    if recharges < 1 or spent_last > LEFT_OVER[1] or original not in first or portions is None:
        return None
    left = funds - cost(first) - more
    declined = _beyond(calls[len(first) :], left - TRIGGER)
    left += AMOUNT - cost(declined)
    expired = _beyond(calls[len(first) + len(declined) :], left - TRIGGER)
    left -= cost(expired)
    rest = calls[len(first) + len(declined) + len(expired) :]
    to_zero = _beyond(rest, left)
    after = tuple(rest[len(to_zero) :])
    return Plan(portions, altered, original, declined, expired, to_zero, after) if cost(after) else None


def _longer(call: Call, card: PublishedCard) -> Call:
    seconds = call.seconds + SECONDS_MORE
    return replace(call, seconds=seconds, price=card.price(call.called, seconds))


def _portions(calls: Sequence[Call]) -> tuple[Portion, ...] | None:
    """*calls* as the balance pays for them: each portion leaves more than zero, and what it uses up is recharged."""
    balance, portions = AMOUNT, []
    while calls:
        portion = tuple(calls[: _within(calls, balance - ABOVE_ZERO)])
        if not portion:
            return None
        portions.append(portion)
        calls = calls[len(portion) :]
        balance -= cost(portion)
        balance += AMOUNT if balance <= TRIGGER else 0
    return tuple(portions)


def cost(calls: Sequence[Call]) -> Decimal:
    """What *calls* cost together."""
    return sum((call.price.amount for call in calls), Decimal(0))


def _within(calls: Sequence[Call], most: Decimal) -> int:
    """How many of *calls*, from the first on, cost *most* at most."""
    spent = Decimal(0)
    for number, call in enumerate(calls):
        spent += call.price.amount
        if spent > most:
            return number
    return len(calls)


def _beyond(calls: Sequence[Call], most: Decimal) -> Portion:
    """As many of *calls* as it takes to cost more than *most*."""
    return tuple(calls[: _within(calls, most) + 1])
