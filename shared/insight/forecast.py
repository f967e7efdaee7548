"""The forecast: when credit runs out, what of it lapses, when the next recharge comes (R20, CONTRACT 2.5).

It is a replay of the future: the account's own book, settings and holds, and its habit as the calls.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from shared.insight.demand import HIGH, LIKELY, LOW, Pace, open_calls
from shared.insight.habit import Habit
from shared.insight.replay import Replay, ReplayedCall, ReplayRules
from shared.insight.totals import Totals
from shared.ledger.balance import can_spend, spendable
from shared.ledger.book import Book, Lot
from shared.ledger.change import Change
from shared.ledger.entitlements import BillingState
from shared.ledger.pause import PauseReason
from shared.ledger.slot import SlotState
from shared.plans.sizes import Sizes

DAYS_AHEAD = 400
"""A lot lives for a year; what of it will lapse is known a little later."""

FAN_DAYS = 30
"""The days for which the range of the balance is shown."""

DAY = timedelta(days=1)

UNDER_WAY = frozenset({SlotState.WANTED, SlotState.CHARGING})
"""A recharge is about to be paid."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What will lapse of a lot."""

    lot: Lot
    amount: int


@dataclass(frozen=True, slots=True)
class Span:
    """A likely amount between the ends of its 90 % range, in micro-units."""

    low: int
    likely: int
    high: int


@dataclass(frozen=True, slots=True)
class Point:
    """What can be spent at *at*. A recharge may make it more at a high pace than at the likely one."""

    at: datetime
    spendable: Span


@dataclass(slots=True)
class Path:
    """One future: when nothing is left to spend, and when a recharge begins; *balances* and *charges* at the ends of
    days. *is_capped*: the month's cap stopped a recharge. *pool_seconds*: what pools paid.
    """

    depleted_at: datetime | None = None
    recharge_at: datetime | None = None
    balances: list[int] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    charges: list[int] = field(default_factory=list)
    is_capped: bool = False
    pool_seconds: int = 0

    def watch(self, now: datetime, book: Book, change: Change) -> None:
        """Note what *change* has led to at *now*."""
        state = book.slot.state
        if self.recharge_at is None and state is SlotState.CHARGING:
            self.recharge_at = now
        is_prepaid = book.entitlements.billing is BillingState.PREPAID
        if self.depleted_at is None and is_prepaid and state not in UNDER_WAY and not can_spend(book, now):
            self.depleted_at = now
        self.is_capped = self.is_capped or book.pause.reason is PauseReason.CAP
        self.pool_seconds += sum(use.seconds for movement in change.movements for use in movement.pools)


@dataclass(frozen=True, slots=True)
class Paths:
    """The futures at the low, the likely and the high pace of calls."""

    low: Path
    likely: Path
    high: Path


@dataclass(frozen=True, slots=True)
class Forecast:
    """*per_day*: what calls will take from credit on a usual day, with the ends of its 90 % range over a month; money
    in micro-units. *depleted_between*: the range of *depleted_at*; an end is None if it is beyond the horizon.
    """

    at: datetime
    per_day: Span
    depleted_at: datetime | None
    depleted_between: tuple[datetime | None, datetime | None]
    losses: tuple[Loss, ...]
    next_recharge_at: datetime | None
    fan: tuple[Point, ...]
    paths: Paths


def forecast(book: Book, habit: Habit, rules: ReplayRules, sizes: Sizes, *, now: datetime) -> Forecast:
    """The forecast of *book* from *now* on."""
    paths = low, likely, high = tuple(
        _path(book, Pace(habit, now, which, sizes), rules, DAYS_AHEAD) for which in (LOW, LIKELY, HIGH)
    )
    balances = zip(_days(now, FAN_DAYS), low.balances, likely.balances, high.balances, strict=True)
    return Forecast(
        at=now,
        per_day=Span(*(_by_day(path.charges[-1] - _held(book), now) for path in paths)),
        depleted_at=likely.depleted_at,
        depleted_between=(high.depleted_at, low.depleted_at),
        losses=tuple(
            Loss(lot, amount) for lot in book.lots.values() if (amount := likely.totals.expired.get(lot.id, 0))
        ),
        next_recharge_at=likely.recharge_at,
        fan=tuple(Point(at, Span(min(span), span[1], max(span))) for at, *span in balances),
        paths=Paths(low, likely, high),
    )


def charged_within(book: Book, habit: Habit, rules: ReplayRules, sizes: Sizes, days: int, *, now: datetime) -> Span:
    """What calls will take from credit within *days* days."""
    until = now + timedelta(days=days)
    paces = (Pace(habit, now, which, sizes) for which in (LOW, LIKELY, HIGH))
    return Span(*(Replay(book, rules, now).run(pace.demand(days), until).charges for pace in paces))


def _path(book: Book, pace: Pace, rules: ReplayRules, days: int) -> Path:
    """One future. Its balances are those at the ends of the next `FAN_DAYS` days, its charges those until then."""
    path = Path()
    replay = Replay(book, rules, pace.start, watch=path.watch)
    calls = [*open_calls(book, pace.start), *pace.demand(days)]
    for at in _days(pace.start, FAN_DAYS):
        _run_until(replay, calls, at)
        path.balances.append(spendable(replay.book, at))
        path.charges.append(replay.totals.charges)
    _run_until(replay, calls, pace.start + timedelta(days=days))
    path.totals = replay.totals
    return path


def _run_until(replay: Replay, calls: list[ReplayedCall], until: datetime) -> None:
    """Replay those of *calls* that are booked by *until*, and take them off the list."""
    due = [call for call in calls if call.booked_at <= until]
    calls[:] = [call for call in calls if call.booked_at > until]
    replay.run(due, until)


def _held(book: Book) -> int:
    """What calls in progress will cost."""
    return sum(hold.amount for hold in book.holds.values())


def _by_day(charges: int, now: datetime) -> int:
    """*charges*, from *now* until the end of the fan, as those of a day."""
    return round(charges / ((_days(now, FAN_DAYS)[-1] - now) / DAY))


def _days(now: datetime, days: int) -> list[datetime]:
    """The ends of *days* days, in UTC, beginning with that of today."""
    first = datetime.combine(now.astimezone(UTC).date(), time(tzinfo=UTC))
    return [first + timedelta(days=number) for number in range(1, days + 1)]
