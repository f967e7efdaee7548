"""How an account calls: by day of the week, hour and kind, from what it has called (R20).

A day counts with its *full price*: what its calls would cost if no pool paid. What pools pay is then decided by the
rules, with the pools as they will be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import fmean, pvariance

from shared.plans.pool import PoolId

WEEK, HOURS = 7, 24
DAYS_MAX = 56
"""Eight weeks: enough for each day of the week, and recent enough."""
DAY = timedelta(days=1)

DAYS_MIN = 14
"""With less than two weeks nothing is known of the days of the week."""

OWN_WEIGHT = 3
"""How many observed days it takes until a day of the week counts more by its own mean than by the mean of all days of
its sort (working day or weekend)."""


@dataclass(frozen=True, slots=True)
class Use:
    """A past call: *price* is its full price in micro-units, *seconds* its billed seconds, free ones included. *pool*
    is the one that may pay for such calls, of any month. *is_refused*: such a call would be refused for want of a
    licence.
    """

    started_at: datetime
    kind: str
    price: int
    seconds: int
    pool: PoolId | None = None
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A share of every day: the calls of one kind and pool. *price* is that of a second, in micro-units."""

    kind: str
    pool: PoolId | None
    share: float
    price: float


@dataclass(frozen=True, slots=True)
class Habit:
    """*days*: the full price of each observed day, oldest first, beginning with the day *first*. *by_weekday*: the mean
    of each day of the week, Monday first. *hours*: the share of each hour, on working days and on weekends.
    """

    first: date
    days: tuple[int, ...]
    by_weekday: tuple[float, ...]
    hours: tuple[tuple[float, ...], tuple[float, ...]]
    parts: tuple[Part, ...]

    @property
    def is_known(self) -> bool:
        """Whether enough days were observed to say anything."""
        return len(self.days) >= DAYS_MIN

    @property
    def mean(self) -> float:
        """The full price of a usual day: the mean of a week."""
        return fmean(self.by_weekday)

    def expected(self, day: date) -> float:
        """The full price to expect on *day*."""
        return self.by_weekday[day.weekday()]

    def share_of_hour(self, day: date, hour: int) -> float:
        """Which part of the day's calls are in its hour *hour*, in UTC."""
        return self.hours[is_weekend(day)][hour]

    def relative_variances(self) -> tuple[float, float]:
        """How much days differ from their mean, and weeks beyond that: variances in units of the squared mean."""
        if not self.mean:
            return 0.0, 0.0
        rests = [amount - self.expected(self.first + timedelta(days=number)) for number, amount in enumerate(self.days)]
        of_days = fmean([rest * rest for rest in rests]) / self.mean**2
        weeks = [sum(self.days[end - WEEK : end]) for end in range(len(self.days), WEEK - 1, -WEEK)]
        if len(weeks) <= 1:
            return of_days, 0.0
        of_weeks = pvariance(weeks) * len(weeks) / (len(weeks) - 1) / (WEEK * self.mean) ** 2
        return of_days, max(0.0, of_weeks - of_days / WEEK)


def habit_of(uses: Iterable[Use], since: datetime, until: datetime) -> Habit:
    """The habit in the whole days from *since* to *until*, at most the last `DAYS_MAX`. Where there is none yet, the
    last 24 hours count as one. Calls that would be refused do not count.
    """
    last = until.astimezone(UTC).date()
    first = max(_first_whole_day(since), last - timedelta(days=DAYS_MAX))
    days, is_begun = [0] * max(1, (last - first).days), first >= last
    hours: tuple[list[float], list[float]] = ([0.0] * HOURS, [0.0] * HOURS)
    parts: dict[tuple[str, PoolId | None], list[int]] = {}
    for use in uses:
        at = use.started_at.astimezone(UTC)
        number = int(at <= until - DAY) if is_begun else (at.date() - first).days
        if use.is_refused or not use.price or not 0 <= number < len(days):
            continue
        days[number] += use.price
        hours[is_weekend(at.date())][at.hour] += use.price
        sums = parts.setdefault((use.kind, use.pool), [0, 0])
        sums[0] += use.price
        sums[1] += use.seconds
    return Habit(first, tuple(days), _weekday_means(first, days), (_shares(hours[0]), _shares(hours[1])), _parts(parts))


def is_weekend(day: date) -> bool:
    """Whether *day* is a Saturday or Sunday."""
    return day.weekday() >= WEEK - 2


def _first_whole_day(since: datetime) -> date:
    begun = since.astimezone(UTC)
    is_whole = begun.time() == datetime.min.time()
    return begun.date() if is_whole else begun.date() + timedelta(days=1)


def _weekday_means(first: date, days: Sequence[int]) -> tuple[float, ...]:
    """The mean of each day of the week. Few observations lean on the mean of all working days, or weekend days."""
    observed: list[list[int]] = [[] for _ in range(WEEK)]
    for number, amount in enumerate(days):
        observed[(first.weekday() + number) % WEEK].append(amount)
    groups = (range(WEEK - 2), range(WEEK - 2, WEEK))
    means = [0.0] * WEEK
    for group in groups:
        every = [amount for weekday in group for amount in observed[weekday]] or days
        common = fmean(every)
        for weekday in group:
            own = observed[weekday]
            means[weekday] = (sum(own) + OWN_WEIGHT * common) / (len(own) + OWN_WEIGHT)
    return tuple(means)


def _shares(sums: Sequence[float]) -> tuple[float, ...]:
    """The share of each hour; the same in every hour where nothing is known."""
    total = sum(sums)
    return tuple(each / total for each in sums) if total else (1 / HOURS,) * HOURS


def _parts(sums: dict[tuple[str, PoolId | None], list[int]]) -> tuple[Part, ...]:
    total = sum(price for price, _ in sums.values())
    return tuple(
        Part(kind, pool, price / total, price / max(1, seconds)) for (kind, pool), (price, seconds) in sums.items()
    )
