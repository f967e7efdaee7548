"""Future calls: what a habit, at a usual or an unusual pace, will ask of a book (R20)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter

from shared.insight.habit import HOURS, Habit, Part, Use
from shared.insight.replay import ReplayedCall
from shared.insight.spread import Range, ranges_of
from shared.ledger.book import Book
from shared.ledger.change import EventName, PoolUse
from shared.ledger.debit import Charge
from shared.ledger.hold import Hold
from shared.ledger.pool import Pool
from shared.plans.pool import PoolId, size_seconds
from shared.plans.sizes import Sizes

HOURLY_DAYS = 3
"""Days that are divided into hours; of later ones the hour does not matter."""

LOW, LIKELY, HIGH = (attrgetter(name) for name in ("low", "likely", "high"))
"""The paces: the ends of the 90 % range, and the value between them."""

NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the account calls from the instant *start* on: *which* end of the range, or between them."""

    habit: Habit
    start: datetime
    which: Callable[[Range], float]
    sizes: Sizes

    def demand(self, days: int) -> Iterator[ReplayedCall]:
        """The calls of *days* days in a few sums for each day, or for each hour of the first days."""
        first, before = self.start.astimezone(UTC).date(), 0.0
        for number, sum_until in enumerate(ranges_of(self.habit, first, days)):
            day, until = first + timedelta(days=number), self.which(sum_until)
            amount, before = max(0.0, until - before), max(before, until)
            if number < HOURLY_DAYS:
                yield from self._by_hour(day, amount)
            else:
                yield from self._sums(datetime.combine(day, NOON), amount)

    def _by_hour(self, day: date, amount: float) -> Iterator[ReplayedCall]:
        """The hours of *day* that are ahead. One that has begun has its calls at its end."""
        for hour in range(HOURS):
            end = datetime.combine(day, time(hour, 59, 59, tzinfo=UTC))
            share = self.habit.share_of_hour(day, hour)
            if end >= self.start and share:
                yield from self._sums(end, amount * share)

    def _sums(self, at: datetime, amount: float) -> Iterator[ReplayedCall]:
        for part in self.habit.parts:
            price = round(amount * part.share)
            if price:
                yield ReplayedCall(at, at, _Sum(part, price, at, self.sizes))


@dataclass(frozen=True, slots=True)
class _Sum:
    """Calls of one part at one time, as one charge of the full price *price*."""

    part: Part
    price: int
    at: datetime
    sizes: Sizes

    def __call__(self, book: Book, _hold: Hold | None) -> Charge:
        """What credit pays of it: what the pool of that month has left is free."""
        price = self.price
        uses: tuple[PoolUse, ...] = ()
        if self.part.pool is not None and self.part.price:
            seconds = round(self.price / self.part.price)
            pool = replace(self.part.pool, month=f"{self.at:%Y-%m}")
            free = min(seconds, _left(book, pool, self.at, self.sizes))
            price = round(self.price * (seconds - free) / seconds) if seconds else price
            uses = (PoolUse(pool.key, free, pool.user),) if free else ()
        name = EventName("forecast", f"{self.at:%Y%m%d%H}-{self.part.kind}")
        return Charge(price, self.at, name, "", "", {}, self.part.kind, uses)


def use_again(use: Use, sizes: Sizes) -> ReplayedCall:
    """A past call again: what its pool has left is free."""
    part = Part(use.kind, use.pool, 1.0, use.price / max(1, use.seconds))
    end = use.started_at + timedelta(seconds=use.seconds)
    return ReplayedCall(use.started_at, end, _Sum(part, use.price, use.started_at, sizes))


def _left(book: Book, pool: PoolId, at: datetime, sizes: Sizes) -> int:
    size = size_seconds(pool, book.entitlements.in_force(at), at, sizes, book.terms.country)
    return book.pools.get(pool.key, Pool(pool.key)).left(size)


def open_calls(book: Book, now: datetime) -> Iterator[ReplayedCall]:
    """The calls in progress: each is expected to use what its hold has set aside, and ends before its hold does."""
    for hold in book.holds.values():
        end = max(now, hold.until - timedelta(seconds=1))
        yield ReplayedCall(hold.since, end, _HeldSum(hold))


@dataclass(frozen=True, slots=True)
class _HeldSum:
    """The charge of a call in progress that uses up its hold."""

    hold: Hold

    def __call__(self, _book: Book, _hold: Hold | None) -> Charge:
        """What the hold has set aside."""
        held = self.hold
        uses = (PoolUse(held.pool, held.pool_seconds, held.pool_user),) if held.pool_seconds else ()
        return Charge(held.amount, held.since, EventName("hold", held.key), "", "", {}, held.call_kind, uses)
