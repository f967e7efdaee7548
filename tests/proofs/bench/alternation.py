"""Runs baseline and subject alternately, so that other load on the machine affects both."""

from collections.abc import Awaitable, Callable, Mapping
from statistics import median

ROUNDS = 5


async def in_turns(
    contestants: Mapping[str, Callable[[int], Awaitable[float]]], rounds: int = ROUNDS
) -> Mapping[str, list[float]]:
    """The rates of each contestant, one per round; in a round all of them run one after the other.

    A warm-up round at the start is not counted: it fills connections and caches, and lets JIT compilers optimise.
    """
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, contestant in contestants.items():
            rate = await contestant(number)
            if number > 0:
                rates[name].append(rate)
    return rates


def ratio(subject: list[float], baseline: list[float]) -> float:
    """The median of the ratios of all rounds: a slow minute of the machine affects both sides of a ratio."""
    return median(one / other for one, other in zip(subject, baseline, strict=True))
