"""Habits and books for examples: so many dollars on every day, at noon."""

from datetime import datetime, timedelta

from shared.insight.forecast import Forecast, forecast
from shared.insight.habit import Habit, Use, habit_of
from shared.ledger.book import Book
from shared.plans.pool import PoolId
from shared.plans.sizes import CATALOGUE_SIZES
from tests.simulated_tenants.booking import RULES, USD

NOW = datetime.fromisoformat("2026-03-02T00:00:00Z")  # a Monday
DAY = timedelta(days=1)
WEEKS = 56


def uses(dollars: float, *, days: int = WEEKS, pool: PoolId | None = None, minutes: int = 60, **facts) -> list[Use]:
    """A call at noon of each of the last *days* days."""
    at = (NOW - (number + 0.5) * DAY for number in range(days))
    return [Use(each, "international", round(dollars * USD), minutes * 60, pool, **facts) for each in at]


def habit(dollars: float, *, days: int = WEEKS, pool: PoolId | None = None, minutes: int = 60, **facts) -> Habit:
    """The habit of such calls."""
    return habit_of(uses(dollars, days=days, pool=pool, minutes=minutes, **facts), NOW - days * DAY, NOW)


def forecast_of(book: Book, calls: Habit) -> Forecast:
    """The forecast at `NOW`."""
    return forecast(book, calls, RULES, CATALOGUE_SIZES, now=NOW)
