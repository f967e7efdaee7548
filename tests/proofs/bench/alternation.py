"""Baseline and subject in turns, so that whatever else the machine does falls on both."""

from collections.abc import Awaitable, Callable, Mapping
from statistics import median

ROUNDS = 5


async def in_turns(
    contestants: Mapping[str, Callable[[int], Awaitable[float]]], rounds: int = ROUNDS
) -> Mapping[str, list[float]]:
    """Each contestant's rate in every round, in which all of them run one after the other.

    A round before the first is not counted: connections, caches and the compilers of the other side warm up in it.
    """
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, contestant in contestants.items():
            rate = await contestant(number)
            if number > 0:
                rates[name].append(rate)
    return rates


def ratio(subject: list[float], baseline: list[float]) -> float:
    """The median of the rounds' ratios: a slow minute of the machine falls on both sides of each."""
    return median(one / other for one, other in zip(subject, baseline, strict=True))
