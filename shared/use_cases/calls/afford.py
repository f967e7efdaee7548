"""How much of a call is affordable, and the hold for it: pure, decided on the book (R13, R14, R16, R17)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.ledger.balance import usable
from shared.ledger.book import Book, Refused
from shared.ledger.change import Change
from shared.ledger.entitlements import BillingState
from shared.ledger.hold import HeldRate, Hold
from shared.ledger.pin import pin
from shared.plans.pool import pool_named
from shared.plans.sizes import Sizes
from shared.rating.affordable import affordable_seconds
from shared.rating.charge import price_of
from shared.rating.kind import CallKind
from shared.rating.rate_card import Rate
from shared.use_cases.calls.call_facts import CallFacts
from shared.use_cases.calls.entitlement import entitlement_of, pool_left
from shared.use_cases.calls.granted_call import granted_by
from shared.use_cases.calls.leg import ANSWER

UNLIMITED = 10**18
"""More micro-units than any call costs: usage that is billed after use is not limited by money."""


@dataclass(frozen=True, slots=True)
class HoldRules:
    """*margin*: how long after a hold is used up it is released, because the usage of the call may come late."""

    margin: timedelta
    sizes: Sizes


@dataclass(frozen=True, slots=True)
class Denied(Refused):
    """A "no" with the call kind. *hold* is the open hold that was not extended. *is_behind_overdue*: an overdue hold
    still keeps something set aside.
    """

    call_kind: str = ""
    hold: Hold | None = None
    is_behind_overdue: bool = False


@dataclass(frozen=True, slots=True)
class LegName:
    """A leg and the key of its hold and marker."""

    text: str
    key: str


_DETAILS = {
    "fraud_brake": "the brake has stopped this user or destination",
    "payg_off": "pay-as-you-go is off and the included minutes are used up",
    "not_licensed": "the user has no licence to spend credit",
    "balance_zero": "no usable credit is left",
    "balance_insufficient": "less than the next billable unit is left",
}

HOLD_ENDED = Denied("hold_ended", "the hold of this leg has ended, or there never was one")


def authorise(
    book: Book, facts: CallFacts, leg: LegName, wanted: int, rules: HoldRules, *, now: datetime
) -> Change | Denied | None:
    """The change that opens a hold for at most *wanted* seconds, or why not; None where the call costs nothing."""
    entitled = entitlement_of(book, facts, rules.sizes, None)
    if facts.rate is None or entitled.is_free or _costs_nothing(facts.rate):
        return None
    tariff = _held_rate(facts.rate)
    is_allowed = entitled.pays_as_you_go if is_post_usage(book) else entitled.is_licensed
    hold = Hold(
        key=leg.key,
        leg=leg.text,
        call_kind=entitled.kind.value,
        user=facts.user,
        since=now,
        until=now,
        seconds=0,
        amount=0,
        rate=tariff,
        pool=entitled.pool.key if entitled.pool else "",
        pool_user=entitled.pool.user if entitled.pool else "",
        pay_as_you_go=entitled.pays_as_you_go,
        is_licensed=is_allowed,
        prefix=facts.rate.prefix,
    )
    opened = _grown(book, hold, wanted, entitled.left if entitled.pool else 0, rules, now=now)
    if isinstance(opened, Denied) or book.entitlements.authorises_since is not None:
        return opened
    return replace(opened, entitlements=replace(book.entitlements, authorises_since=now))


def extend(book: Book, key: str, wanted: int, rules: HoldRules, *, now: datetime) -> Change | Denied:
    """The change that extends an open hold by up to *wanted* seconds, or why not. An overdue hold has ended, even
    before the timer ends it.
    """
    hold = book.holds.get(key)
    if hold is None:
        return HOLD_ENDED
    if hold.until <= now:
        return replace(HOLD_ENDED, is_behind_overdue=True)
    left = pool_left(book, pool_named(hold.pool, hold.pool_user), hold.since, rules.sizes) if hold.pool else 0
    return _grown(book, hold, wanted, left, rules, now=now)


def is_post_usage(book: Book) -> bool:
    """Whether usage is billed after use, now or once the remaining credit is used up (R17)."""
    return book.entitlements.billing is not BillingState.PREPAID


def _grown(book: Book, hold: Hold, wanted: int, left: int, rules: HoldRules, *, now: datetime) -> Change | Denied:
    """The change that makes *hold* pay for up to *wanted* further seconds, *left* of them from its pool."""
    tariff, free = hold.rate, hold.pool_seconds + left
    money = hold.pinned + _money(book, hold, now)
    seconds = affordable_seconds(tariff, wanted=hold.seconds + wanted, free=free, money=money)
    if seconds <= hold.seconds:
        return _denied(book, hold, free, now=now)
    pool_seconds = min(free, seconds)
    grown = replace(
        hold,
        seconds=seconds,
        amount=price_of(tariff, seconds, free),
        pool=hold.pool if pool_seconds else "",
        pool_seconds=pool_seconds,
        until=max(hold.until, hold.since + timedelta(seconds=seconds) + rules.margin),
    )
    change = pin(book, grown, now=now)
    [pinned] = change.holds
    if not is_post_usage(book) and pinned.pinned < pinned.amount:  # more lots than a hold may pin
        return _denied(book, hold, free, now=now)
    is_final = affordable_seconds(tariff, wanted=seconds + 1, free=free, money=money) <= seconds
    return replace(change, result={ANSWER: granted_by(pinned, is_final=is_final, now=now).stored()})


def _money(book: Book, hold: Hold, now: datetime) -> int:
    """What may pay beyond the pool and the hold's own pins."""
    if not hold.is_licensed or book.brake.stops(hold.user, hold.prefix):
        return 0
    return UNLIMITED if is_post_usage(book) else usable(book, now, hold.call_kind)


def _denied(book: Book, hold: Hold, free: int, *, now: datetime) -> Denied:
    code = _why_not(book, hold, free, now=now)
    is_overdue = any(each.until <= now for each in book.holds.values())
    open_hold = hold if hold.seconds else None
    return Denied(code, _DETAILS[code], call_kind=hold.call_kind, hold=open_hold, is_behind_overdue=is_overdue)


def _why_not(book: Book, hold: Hold, free: int, *, now: datetime) -> str:
    if book.brake.stops(hold.user, hold.prefix):
        return "fraud_brake"
    if is_post_usage(book):
        return "payg_off"
    money = usable(book, now, hold.call_kind)
    more = affordable_seconds(hold.rate, wanted=hold.seconds + 1, free=free, money=hold.pinned + money)
    if not hold.is_licensed and more > hold.seconds:
        return "not_licensed"
    return "balance_zero" if money == 0 else "balance_insufficient"


def _costs_nothing(rate: Rate) -> bool:
    return rate.per_minute == 0 and rate.connection_fee == 0


def _held_rate(rate: Rate) -> HeldRate:
    return HeldRate(rate.per_minute, rate.connection_fee, rate.minimum_seconds, rate.increment_seconds)


def free_kind(book: Book, facts: CallFacts, sizes: Sizes) -> CallKind:
    """The kind of a call that costs nothing."""
    return entitlement_of(book, facts, sizes, None).kind
