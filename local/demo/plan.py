"""The plan: which calls arrive in which chapter, for a number of calls and a seed.

The telephony systems report in portions. The plan computes the balance from its own prices, and ends each portion at
the balance that the chapter needs. So a portion crosses the trigger once or not at all, and the order in which the
service books its calls does not matter.
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
"""The amount of each purchase and recharge (the smallest that is allowed in US dollars), and the trigger balance."""

CALLS_MIN = 100
"""Fewer calls are not enough for every chapter."""

ABOVE_ZERO, ABOVE_TRIGGER = Decimal(1), Decimal(5)
"""What a portion leaves at least, so that it reaches neither zero nor the trigger by accident."""

LEFT_OVER = (Decimal(12), Decimal(45))
"""How much of the last credit is spent, at least and at most: enough to reach zero and to make calls after that, and
little enough that something is left to lapse.
"""

EVERYDAY_COST, CONFERENCE_COST = 0.06, 5.9
"""About what a call of either kind costs on average."""

FIRST_COST, LATER_COST = 72, 100
"""What the first portions must cost to reach the trigger, and what the later ones must cost to cross it three times."""

LATER_CALLS = 60
SECONDS_MORE = 600
"""How much longer the altered record says that the call was."""

DRAWS_MAX = 500

Portion: TypeAlias = tuple[Call, ...]


class NoPlanError(Exception):
    """No draw of this seed makes a plan."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The calls of each chapter."""

    first: tuple[Portion, ...]
    """Each portion crosses the trigger, except perhaps the last. The recharge is booked before the next one arrives."""
    altered: Call
    """A call of the first portion, with the same id and another duration."""
    original: Call
    declined: Portion
    """Brings the balance to the trigger while the card has no funds."""
    expired: Portion
    """The same when the card has expired."""
    to_zero: Portion
    """The last of them costs more than is left."""
    after: Portion
    """Paid from the credit that is bought again."""

    @property
    def calls(self) -> list[Call]:
        """All of them, in their order."""
        return [
            call for portion in (*self.first, self.declined, self.expired, self.to_zero, self.after) for call in portion
        ]


def make_plan(number: int, seed: int, card: PublishedCard, midnight: datetime) -> Plan:
    """A plan of *number* calls, always the same for a seed. Raises NoPlanError."""
    for draw in range(DRAWS_MAX):
        switchboard = Switchboard(Random(f"{seed}.{draw}"), card, midnight)
        found = _cut_into_chapters(_draw(Random(f"{seed}.{draw}.kinds"), switchboard, number), card)
        if found is not None:
            return found
    raise NoPlanError(f"the seed {seed} makes no plan of {number} calls; try another seed")


def _draw(random: Random, switchboard: Switchboard, number: int) -> list[Call]:
    """Everyday calls and conferences; the fewer calls there are, the more of them are conferences."""
    later = max(LATER_CALLS, number * 5 // 100)
    first = number - later
    days = sorted((random.randint(2, 5) for _ in range(first - 1)), reverse=True)
    calls = [switchboard.emergency(5)]
    calls += [_draw_call(random, switchboard, day, _share(FIRST_COST / first)) for day in days]
    calls += [_draw_call(random, switchboard, 1, _share(LATER_COST / later)) for _ in range(later)]
    return calls


def _share(cost: float) -> float:
    """The share of conferences with which a call costs *cost* on average; always above zero."""
    return max(0.005, (cost - EVERYDAY_COST) / (CONFERENCE_COST - EVERYDAY_COST))


def _draw_call(random: Random, switchboard: Switchboard, days_ago: int, conferences: float) -> Call:
    return switchboard.conference(days_ago) if random.random() < conferences else switchboard.everyday(days_ago)


def _cut_into_chapters(calls: Sequence[Call], card: PublishedCard) -> Plan | None:
    """The plan; None when the costs do not fit."""
    original = next((call for call in calls if 0 < call.price.amount < 1), None)
    if original is None:
        return None
    altered = _longer(original, card)
    more = altered.price.amount - original.price.amount
    recharges = int((cost(calls) + more - LEFT_OVER[0]) // AMOUNT) - 2  # the first purchase, and the recharge retried
    funds = (1 + recharges) * AMOUNT
    spent_last = cost(calls) + more - funds - AMOUNT
    first = calls[: _count_up_to(calls, funds - TRIGGER - ABOVE_TRIGGER)]
    portions = _portions(first)
    if recharges < 1 or spent_last > LEFT_OVER[1] or original not in first or portions is None:
        return None
    left = funds - cost(first) - more
    declined = _until_above(calls[len(first) :], left - TRIGGER)
    left += AMOUNT - cost(declined)
    expired = _until_above(calls[len(first) + len(declined) :], left - TRIGGER)
    left -= cost(expired)
    rest = calls[len(first) + len(declined) + len(expired) :]
    to_zero = _until_above(rest, left)
    after = tuple(rest[len(to_zero) :])
    return Plan(portions, altered, original, declined, expired, to_zero, after) if cost(after) else None


def _longer(call: Call, card: PublishedCard) -> Call:
    seconds = call.seconds + SECONDS_MORE
    return replace(call, seconds=seconds, price=card.price(call.called, seconds))


def _portions(calls: Sequence[Call]) -> tuple[Portion, ...] | None:
    """*calls* in portions. Each leaves more than zero, and a recharge follows each that reaches the trigger."""
    balance, portions = AMOUNT, []
    while calls:
        portion = tuple(calls[: _count_up_to(calls, balance - ABOVE_ZERO)])
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


def _count_up_to(calls: Sequence[Call], most: Decimal) -> int:
    """How many of *calls*, counted from the first, cost at most *most* together."""
    spent = Decimal(0)
    for number, call in enumerate(calls):
        spent += call.price.amount
        if spent > most:
            return number
    return len(calls)


def _until_above(calls: Sequence[Call], most: Decimal) -> Portion:
    """The shortest beginning of *calls* that costs more than *most*."""
    return tuple(calls[: _count_up_to(calls, most) + 1])
