"""How far a forecast may be off: the range in which 90 % of outcomes lie, calibrated on simulated organisations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log, sqrt

from shared.insight.habit import WEEK, Habit

QUANTILE = 1.645
"""Of the normal distribution: 90 % lie within this many deviations on both sides of the middle."""

WIDENING = 1.3
"""The range is this much wider than the variances of the past alone say. Fitted on organisations that no proof uses:
docs/insight.md says how.
"""

WANDERING = 0.0005
"""The variance of the level that each further week adds, in units of the squared mean. Fitted likewise."""


@dataclass(frozen=True, slots=True)
class Range:
    """The ends of the 90 % range of a sum, and the likely value between them, in micro-units."""

    low: float = 0.0
    likely: float = 0.0
    high: float = 0.0


def ranges_of(habit: Habit, first: date, days: int) -> Iterator[Range]:
    """The full price of the first day from *first*, of the first two, and so on up to *days* days."""
    variances, likely = habit.relative_variances(), 0.0
    for number in range(days):
        likely += habit.expected(first + timedelta(days=number))
        if likely <= 0:
            yield Range()
            continue
        deviation = sqrt(log(1 + _relative_variance(habit, variances, number + 1, likely)))
        reach = exp(WIDENING * QUANTILE * deviation)
        yield Range(likely / reach, likely, likely * reach)


def _relative_variance(habit: Habit, variances: tuple[float, float], days: int, likely: float) -> float:
    """That of the sum of *days* days: days and weeks differ, the mean is known from few of them, and levels wander."""
    of_days, of_weeks = variances
    seen, usual = len(habit.days), habit.mean * days / likely
    from_days = of_days * usual**2 * (1 / days + 1 / seen)
    from_weeks = of_weeks * (min(1.0, WEEK / days) + WEEK / seen)
    return from_days + from_weeks + WANDERING * (days + seen / 2) / WEEK
