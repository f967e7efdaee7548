"""A year of a simulated organisation after two months of watching: with our advice, and with the model product's.

The model product's advice is prose (What are Communications Credits?, "Recommended funding amounts"): begin with the
smallest amount, and after a month or two set the amounts to the normal usage. Read here as: the amount is a month of
usage, and the trigger a fifth of it, as portals suggest it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from shared.insight.advice import Period, Terms, choose
from shared.insight.draws import Draw, again, bare_book, bought_lot, draws_of
from shared.insight.replay import PAYMENT_TAKES, Replay
from shared.insight.totals import Totals
from shared.kernel.times import a_year_after
from shared.ledger.settings import AutoRecharge, Settings
from shared.rating.charge import billed_seconds, price_of
from shared.recharge.suggestion import TRIGGER_PART
from tests.simulated_tenants.booking import RULES, USD, VISA, book_of, replayed
from tests.simulated_tenants.tenant import FIRST_DAY, SimulatedCall, SimulatedTenant, simulated_tenant

SMALLEST, LARGEST = 50 * USD, 10_000 * USD
WATCHED = 56
TERMS = Terms(RULES, SMALLEST, LARGEST)

SOFT, HARD = 0.12, 0.03
"""How many payments are declined at first, chosen: softly, and paid an hour or seven hours later; or the card is dead,
and somebody stores another one at ten on the next working day."""

LIVES = 5
"""How often an organisation lives through the year, each time with other payments declined: few are, and one dead card
before a weekend counts more than all the others.
"""


@dataclass(frozen=True, slots=True)
class Year:
    """What became of one organisation with one pair of settings. *idle*: what lay unused on average, in micro-units."""

    settings: AutoRecharge
    idle: int
    at_zero: timedelta
    expired: int
    recharges: int


def compared(seed: int, days: int) -> tuple[list[Year], list[Year]]:
    """The *days* after the watched ones, `LIVES` times: ours, and the model product's."""
    tenant = simulated_tenant(seed)
    draws = _hourly(_draws(tenant, WATCHED + days))
    start, end = FIRST_DAY + timedelta(days=WATCHED), FIRST_DAY + timedelta(days=WATCHED + days)
    watched = [draw for draw in draws if draw.at < start]
    ours = choose(watched, Period(FIRST_DAY, start), TERMS, "USD")
    ahead, thumb = [draw for draw in draws if draw.at >= start], rule_of_thumb(watched)
    return (
        [_lived(tenant, ours, ahead, Period(start, end), life) for life in range(LIVES)],
        [_lived(tenant, thumb, ahead, Period(start, end), life) for life in range(LIVES)],
    )


def rule_of_thumb(watched: Sequence[Draw]) -> AutoRecharge:
    """The settings by the model product's advice."""
    monthly = sum(draw.amount for draw in watched) * 30 // WATCHED
    amount = min(LARGEST, max(SMALLEST, -(-monthly // USD) * USD))
    return AutoRecharge(enabled=True, trigger=amount // TRIGGER_PART, amount=amount, largest_charge=5 * amount)


def _draws(tenant: SimulatedTenant, days: int) -> list[Draw]:
    if not tenant.licences:  # no pool pays for anything: a price is that of its rate
        return [_draw(call) for call in tenant.calls(days)]
    calls = replayed(tenant, tenant.calls(days))
    return draws_of(book_of(tenant), list(calls), RULES, FIRST_DAY, FIRST_DAY + timedelta(days=days + 1))


def _draw(call: SimulatedCall) -> Draw:
    end = call.started_at + timedelta(seconds=call.seconds)
    return Draw(call.started_at, end, price_of(call.rate, billed_seconds(call.rate, call.seconds), 0))


def _hourly(draws: Sequence[Draw]) -> list[Draw]:
    """The draws of an hour in one, at its last: what is compared does not depend on single calls."""
    sums: dict[datetime, Draw] = {}
    for draw in draws:
        hour = draw.at.replace(minute=0, second=0, microsecond=0)
        before = sums.get(hour)
        sums[hour] = replace(draw, started_at=draw.at, amount=draw.amount + (before.amount if before else 0))
    return [sums[hour] for hour in sorted(sums)]


def _lived(tenant: SimulatedTenant, settings: AutoRecharge, draws: Sequence[Draw], period: Period, life: int) -> Year:
    start, end = period.since, period.until

    def payment_takes(asked_at: datetime, sequence: int) -> timedelta:
        rng = random.Random(f"payment {tenant.seed} {life} {sequence}")
        chance = rng.random()
        if chance < HARD:
            return _next_working_morning(asked_at) - asked_at
        if chance < HARD + SOFT:
            return timedelta(hours=rng.choice((1, 1, 7)))
        return PAYMENT_TAKES

    first = bought_lot("first", settings.amount, start, a_year_after(start))
    book = bare_book(book_of(tenant), start, [first], Settings(auto_recharge=settings, cards=(VISA,)))
    totals: Totals = Replay(book, replace(RULES, payment_takes=payment_takes), start).run(again(draws), end)
    seconds = round((end - start).total_seconds())
    return Year(settings, totals.unspent // seconds, totals.at_zero, totals.lapsed, totals.recharges)


def _next_working_morning(asked_at: datetime) -> datetime:
    day = asked_at.date() + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, time(10, tzinfo=asked_at.tzinfo))
