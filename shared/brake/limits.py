"""How much a user or a destination may cost before the brake stops it (R28): pure figures, all in one place.

A cost counts with its risk: the dearer a minute, and the more unusual the hour and the number of calls, the more. So
thousands of cheap calls never brake, and a few premium calls at night do. The limit is what the account's habit
allows; an account without a habit has the one of an account of its country and size.
"""

from dataclasses import dataclass

from shared.brake.learn import Hour
from shared.kernel.money import MICROS, minor_digits
from shared.ledger.book import Book
from shared.ledger.brake import BrakeSettings
from shared.ledger.habit import Habit, Track

UNIT, UNIT_WITHOUT_DECIMALS = 50 * MICROS, 7_500 * MICROS
"""The yardstick: about the smallest purchase, in currencies with and without decimals."""

MINUTES_IN_UNIT = 50
"""A minute that costs this part of the yardstick (1 USD) has the weight 1."""

WEIGHT_LEAST, WEIGHT_PRICE, WEIGHT_MOST = 20, 2_000, 4_000
"""Thousandths: of the cheapest calls, the most for a price alone, and the most."""

USUAL_CALLS = 30
"""Charged calls in an hour that one person or destination may have before their number is unusual."""

CALLS_LEAST = 3
"""Fewer charged calls leave no habit, however long they are; only an administrator's limit stops them."""

HABIT_TIMES, CALLS_TIMES, DAY_TIMES = 3, 3, 2
"""How often the usual hour's cost, the usual hour's calls and the usual day's cost may be repeated."""

DAY_FLOORS = 2
"""The floor of a day in floors of an hour."""

DAYS_KNOWN = 14
"""Days with charged calls after which an account's habit is known."""

FLOOR_FIRST, FLOOR_KNOWN = 3, 1
"""The floor of an hour of a new account, and of one whose habit is known, in sizes of the account."""

FUNDS_PART, LICENCES_IN_UNIT, CHARGE_PART = 20, 100, 3
"""The size of an account: these parts of its open lots and of the largest charge that an administrator has agreed to,
or a yardstick for so many licences.
"""

SENSITIVITY_MOST, THOUSAND = 900, 1_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the whole account may do: the *floor* of an hour, what its users *typically* cost in theirs, and the factor
    of its sensitivity as a fraction. No factor at all: only the limits that an administrator has set count.
    """

    floor: int
    typical: int
    numerator: int
    denominator: int


def unit_of(currency: str) -> int:
    """The yardstick of *currency* in micro-units."""
    return UNIT if minor_digits(currency) else UNIT_WITHOUT_DECIMALS


def is_surely_usual(book: Book, risk: int, day_risk: int) -> bool:
    """Whether not even the account that may do least would be stopped: most calls need no closer look."""
    brake = book.brake.settings
    if brake.per_user_per_hour is not None or brake.per_prefix_per_hour is not None:
        return False
    least = unit_of(book.terms.currency) * FLOOR_KNOWN
    sensitivity = min(brake.sensitivity, SENSITIVITY_MOST)
    return max(risk, day_risk // DAY_FLOORS) * sensitivity <= least * (THOUSAND - sensitivity)


def weight(per_minute: int, currency: str, *, is_premium: bool, is_quiet: bool, is_rapid: bool) -> int:
    """The weight of a call in thousandths."""
    price = per_minute * THOUSAND * MINUTES_IN_UNIT // unit_of(currency)
    price = max(THOUSAND if is_premium else WEIGHT_LEAST, min(price, WEIGHT_PRICE))
    return min(price * (1 + is_quiet) * (1 + is_rapid), WEIGHT_MOST)


def is_rapid(track: Track, calls: int) -> bool:
    """Whether *calls* within an hour are unusually many."""
    return calls > max(USUAL_CALLS, CALLS_TIMES * track.usual_calls)


def allowance(book: Book, habit: Habit) -> Allowance:
    """What the account may do by its size, its habit and its settings."""
    unit = unit_of(book.terms.currency)
    funds = sum(lot.original for lot in book.lots.values())
    licences = sum(each.licences for each in book.entitlements.subscriptions)
    auto_recharge = book.settings.auto_recharge
    agreed = auto_recharge.largest_charge if auto_recharge else 0
    size = max(unit, funds // FUNDS_PART, unit * licences // LICENCES_IN_UNIT, agreed // CHARGE_PART)
    falls = (FLOOR_FIRST - FLOOR_KNOWN) * min(habit.days, DAYS_KNOWN)
    floor = size * (FLOOR_FIRST * DAYS_KNOWN - falls) // DAYS_KNOWN
    hours = [track.usual_hour for track in habit.users.values() if track.usual_hour]
    typical = sum(hours) // len(hours) if hours else 0
    sensitivity = min(book.brake.settings.sensitivity, SENSITIVITY_MOST)
    return Allowance(floor, typical, THOUSAND - sensitivity, sensitivity)


def is_hour_beyond_habit(allowed: Allowance, track: Track, hour: Hour, typical: int) -> bool:
    """Whether the risk of an *hour* is more than the habit allows; *typical*: what is usual of a new track."""
    limit = allowed.floor + HABIT_TIMES * (track.usual_hour or typical)
    return (
        allowed.denominator > 0
        and hour.calls >= CALLS_LEAST
        and hour.risk * allowed.denominator > limit * allowed.numerator
    )


def is_day_beyond_habit(allowed: Allowance, track: Track, typical: int) -> bool:
    """The same of the track's latest day."""
    limit = DAY_FLOORS * allowed.floor + DAY_TIMES * (track.usual_day or DAY_FLOORS * typical)
    is_possible = allowed.denominator > 0 and track.day_calls >= CALLS_LEAST
    return is_possible and track.day_risk * allowed.denominator > limit * allowed.numerator


def is_beyond_limit(cost: int, limit: int | None) -> bool:
    """Whether an hour's *cost* is more than an administrator's *limit*."""
    return limit is not None and cost > limit


def limit_of(settings: BrakeSettings, *, is_user: bool) -> int | None:
    """The administrator's limit of a user or of a prefix."""
    return settings.per_user_per_hour if is_user else settings.per_prefix_per_hour
