"""Which trigger balance and recharge amount to choose, from one or two months of calls (R21, CONTRACT 2.5).

The trigger covers what calls take while a failed payment is repaired, and what calls in progress set aside. The amount
is what about a week of calls takes. Both are tried on the same calls through the rules that book.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.insight.draws import Draw, again, bare_book, bought_lot, draws_of, largest_held, largest_within
from shared.insight.replay import Replay, ReplayedCall, ReplayRules
from shared.kernel.money import Money
from shared.kernel.times import a_year_after
from shared.ledger.balance import spendable
from shared.ledger.book import Book
from shared.ledger.card import Card
from shared.ledger.entitlements import BillingState
from shared.ledger.settings import AutoRecharge, Settings
from shared.recharge.suggestion import suggestion
from shared.recharge.trigger import LARGEST_CHARGE_TIMES

REPAIR = timedelta(days=3)
"""How long a payment may fail until somebody has read the e-mail and stored another card: a weekend. It is also the
last pause of the schedule for soft declines."""

RESERVE = 1.6
"""The dearest such time ahead may be that much dearer than the dearest one seen: only some sixty of them fit into two
months, one after the other beginning a day later, and usage grows.
"""

GROWTH = 1.25
"""A year, or the dearest month, may take that much more than what was seen says."""

SPAN = timedelta(days=7)
"""The calls for which one recharge should last: rarely enough that nobody minds, and little money lies idle."""

ENOUGH = timedelta(days=26)
"""A month of calls. An organisation that rests at weekends has no calls at both ends of a February."""

DAY = timedelta(days=1)
MONTH = timedelta(days=30)
YEAR = timedelta(days=365)

ANY_CARD = Card("any", "", "", 9999, 11, "")
"""Pays for the recharges of a back-test."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the figures depend on, or why none are needed."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Period:
    """The time from *since* until *until*."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """How long it is; a day at least."""
        return max(DAY, self.until - self.since)


@dataclass(frozen=True, slots=True)
class BackTest:
    """What the advised settings would have led to on the same calls. *expired* in micro-units."""

    period: Period
    recharges: int
    at_zero: timedelta
    expired: int


@dataclass(frozen=True, slots=True)
class Advice:
    """*trigger* and *amount* in micro-units, None where none are needed."""

    enough_data: bool
    trigger: int | None
    amount: int | None
    back_test: BackTest
    notes: tuple[Note, ...]

    @property
    def need_none(self) -> bool:
        """Whether neither credit nor auto-recharge is needed."""
        return self.amount is None


@dataclass(frozen=True, slots=True)
class Terms:
    """What limits the figures: the *rules* that book, the smallest and the largest charge in micro-units, and *margin*:
    how long holds wait for usage, None where the telephony system does not ask before calls.
    """

    rules: ReplayRules
    smallest: int
    largest: int
    margin: timedelta | None = None


def advise(book: Book, calls: Sequence[ReplayedCall], period: Period, terms: Terms) -> Advice:
    """The advice for an account like that of *book*, from its *calls* in the *period*."""
    draws = draws_of(book, calls, terms.rules, period.since, period.until)
    enough = period.length >= ENOUGH
    why_none = _why_none(book, calls, draws, period) if enough or is_billed_after(book) else None
    if why_none is not None:
        untried = BackTest(period, 0, timedelta(), 0)
        return Advice(enough, None, None, untried, (why_none,))
    chosen = choose(draws, period, terms, book.terms.currency)
    cap = book.settings.auto_recharge.monthly_cap if book.settings.auto_recharge else None
    chosen = replace(chosen, monthly_cap=cap)
    tried = back_test(book, draws, chosen, period, terms)
    notes = tuple(_notes(book, draws, period, chosen))
    return Advice(enough, chosen.trigger, chosen.amount, tried, notes)


def choose(draws: Sequence[Draw], period: Period, terms: Terms, currency: str) -> AutoRecharge:
    """The settings for such *draws*, in amounts that a card can be charged and that people can read."""
    weekly = round(sum(draw.amount for draw in draws) * (SPAN / period.length))
    held = largest_held(draws) if terms.margin is not None else 0
    least = suggestion(terms.smallest, terms.largest).trigger  # of few calls, the dearest one is not seen in two months
    trigger = min(max(least, round(largest_within(draws, REPAIR) * RESERVE) + held), terms.largest)
    amount = max(terms.smallest, min(weekly, terms.largest))
    trigger, amount = rounded_up(trigger, currency), min(rounded_up(amount, currency), terms.largest)
    largest = min(amount * LARGEST_CHARGE_TIMES, terms.largest)
    return AutoRecharge(enabled=True, trigger=trigger, amount=amount, largest_charge=largest)


def back_test(book: Book, draws: Sequence[Draw], chosen: AutoRecharge, period: Period, terms: Terms) -> BackTest:
    """The same calls with the *chosen* settings, after a first purchase that fills the balance. The stored cards pay;
    where none is stored, one that never fails.
    """
    since = period.since
    first = bought_lot("first", chosen.amount + chosen.trigger, since, a_year_after(since))
    cards = book.settings.usable_cards() or (ANY_CARD,)
    start = bare_book(book, since, [first], Settings(auto_recharge=chosen, cards=cards))
    totals = Replay(start, terms.rules, since).run(again(draws, terms.margin), period.until)
    return BackTest(period, totals.recharges, totals.at_zero, totals.lapsed)


def rounded_up(micros: int, currency: str) -> int:
    """The next amount with two significant digits in whole minor units, such as 37 for 36.21 and 1,300 for 1,240."""
    step = Money.from_minor(1, currency).micros
    while micros > 100 * step:
        step *= 10
    return -(-micros // step) * step


def _why_none(book: Book, calls: Sequence[ReplayedCall], draws: Sequence[Draw], period: Period) -> Note | None:
    """Why no credit is needed; None if it is."""
    if is_billed_after(book):
        return Note("post_usage", "calls are billed after use")
    if not draws:
        detail = f"of {len(calls)} calls, what subscriptions include paid for all" if calls else "no call was charged"
        return Note("included_minutes" if calls else "no_charged_calls", detail)
    a_year = round(_drawn(draws) * GROWTH * (YEAR / period.length))
    if spendable(book, max(period.until, book.position.at) + YEAR - MONTH) >= a_year:
        return Note("credit_suffices", "what is left lasts for about a year of such calls")
    return None


def is_billed_after(book: Book) -> bool:
    """Whether usage is billed after use, now or once the remaining credit is used up (R17)."""
    return book.entitlements.billing is not BillingState.PREPAID


def _drawn(draws: Sequence[Draw]) -> int:
    return sum(draw.amount for draw in draws)


def _notes(book: Book, draws: Sequence[Draw], period: Period, chosen: AutoRecharge) -> Iterator[Note]:
    monthly, cap = round(_drawn(draws) * (MONTH / period.length)), chosen.monthly_cap
    currency = book.terms.currency
    if cap is not None and cap < monthly + chosen.amount:
        asked = Money(rounded_up(round(monthly * GROWTH) + chosen.amount, currency), currency).text
        yield Note("cap_too_low", f"the monthly cap stops recharges before the month ends; {asked} would not")
    if monthly * 12 < chosen.amount:
        yield Note("expires_unused", "a year of such calls takes less than the smallest amount: some of it will lapse")
    cards = book.settings.usable_cards()
    if book.settings.cards and not any(card.ends_at > period.until + MONTH for card in cards):
        yield Note("card_expires", "no stored card can be charged for longer than a month")
