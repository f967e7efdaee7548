"""*Will calls work tomorrow?* The verdict, and everything that speaks for or against it (R20, CONTRACT 2.5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from shared.insight.forecast import UNDER_WAY, Forecast
from shared.insight.habit import DAYS_MIN, Habit
from shared.kernel.times import instant_text
from shared.ledger.balance import held, spendable
from shared.ledger.book import Book
from shared.ledger.entitlements import POST_USAGE_AGREEMENTS, BillingState
from shared.ledger.settings import AutoRecharge
from shared.ledger.slot import SlotState

WARNED = timedelta(days=30)
"""How far ahead something that ends is worth a reason, although it does not concern tomorrow."""


class Verdict(StrEnum):
    """Whether chargeable calls will work until the end of tomorrow, UTC."""

    YES = "yes"
    NO = "no"
    AT_RISK = "atRisk"


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that decides whether calls will work. *worst* is the best verdict that it leaves."""

    code: str
    detail: str
    worst: Verdict = Verdict.YES


@dataclass(frozen=True, slots=True)
class Tomorrow:
    """The verdict with its reasons, the graver ones first."""

    verdict: Verdict
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Callers:
    """How many users made charged calls in the observed time, and how many of them may not spend credit today."""

    users: int
    unlicensed: int


_GRAVITY = (Verdict.NO, Verdict.AT_RISK, Verdict.YES)


def will_calls_work(book: Book, found: Forecast, habit: Habit, callers: Callers) -> Tomorrow:
    """The verdict until the end of tomorrow: the gravest that any reason leaves."""
    end = end_of_tomorrow(found.at)
    reasons = sorted(_reasons(book, found, habit, callers, end), key=lambda reason: _GRAVITY.index(reason.worst))
    return Tomorrow(reasons[0].worst if reasons else Verdict.YES, tuple(reasons))


def end_of_tomorrow(now: datetime) -> datetime:
    """The midnight after tomorrow, UTC."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=2), time(tzinfo=UTC))


def _reasons(book: Book, found: Forecast, habit: Habit, callers: Callers, end: datetime) -> Iterator[Reason]:
    yield from _of_licences(callers)
    yield from _of_brake(book)
    if book.entitlements.billing is not BillingState.PREPAID:
        yield from _of_post_usage(book, found.at)
        return
    yield from _of_money(book, found, end)
    yield from _of_recharge(book, found)
    if not habit.is_known:
        detail = f"the calls of {len(habit.days)} of the {DAYS_MIN} days that a forecast needs are known"
        yield Reason("little_history", detail)


def _of_money(book: Book, found: Forecast, end: datetime) -> Iterator[Reason]:
    """Whether money, or what needs none, lasts until *end*."""
    now, paths = found.at, found.paths
    has_money, is_coming = spendable(book, now) > 0, paths.likely.recharge_at == now or book.slot.state in UNDER_WAY
    is_free = paths.high.charges[1] == 0 and bool(paths.high.pool_seconds)
    if not has_money and is_free:
        yield Reason("included_minutes", "nothing can be spent, but included minutes are expected to pay for all calls")
    elif not has_money and is_coming:
        yield Reason("recharge_under_way", "nothing can be spent until the recharge under way is paid", Verdict.AT_RISK)
    elif not has_money and held(book):
        yield Reason("all_held", "calls in progress have set aside all that is left", Verdict.NO)
    elif not has_money:
        yield Reason("balance_zero", "nothing is left to spend", Verdict.NO)
    elif _is_before(paths.likely.depleted_at, end):
        yield Reason("runs_out", f"credit is expected to run out at {_text(paths.likely.depleted_at)}", Verdict.NO)
    elif _is_before(paths.high.depleted_at, end):
        detail = f"on a busy day credit runs out at {_text(paths.high.depleted_at)}"
        yield Reason("may_run_out", detail, Verdict.AT_RISK)
    for lot in book.lots.values():
        if now < lot.expires_at <= end and lot.remaining:
            yield Reason("credit_expires", f"credit that was bought on {lot.purchased_at:%Y-%m-%d} expires tomorrow")


def _of_recharge(book: Book, found: Forecast) -> Iterator[Reason]:
    """What stands in the way of a recharge. It matters as far as money does not last without one."""
    auto_recharge = book.settings.auto_recharge
    worst = (
        Verdict.AT_RISK if spendable(book, found.at) <= (auto_recharge.trigger if auto_recharge else 0) else Verdict.YES
    )
    if auto_recharge is None or not auto_recharge.enabled:
        if _is_before(found.paths.high.depleted_at, found.at + WARNED):
            yield Reason("auto_recharge_off", "nothing refills the balance: auto-recharge is off")
        return
    if book.slot.state is SlotState.DECLINED:
        yield Reason("payment_declined", f"the last recharge was declined: {book.slot.reason}", worst)
    if book.pause.reason is not None:
        yield Reason("auto_recharge_paused", f"auto-recharge is paused: {book.pause.reason.value}", worst)
    yield from _of_cap(book, auto_recharge, found)
    yield from _of_cards(book, found.at, worst)


def _of_cap(book: Book, auto_recharge: AutoRecharge, found: Forecast) -> Iterator[Reason]:
    if auto_recharge.monthly_cap is not None and found.paths.high.is_capped and book.pause.reason is None:
        yield Reason("cap_ahead", "the month's cap on recharges may be reached before the month ends")


def _of_cards(book: Book, now: datetime, worst: Verdict) -> Iterator[Reason]:
    cards = [card for card in book.settings.usable_cards() if card.ends_at > now]
    if not cards:
        yield Reason("no_card", "no stored card can be charged", worst)
    elif all(card.ends_at <= now + WARNED for card in cards):
        last = max(card.ends_at for card in cards)
        yield Reason("card_expires", f"the last card that can be charged expires at {_text(last)}")


def _of_licences(callers: Callers) -> Iterator[Reason]:
    if callers.unlicensed:
        detail = f"{callers.unlicensed} of {callers.users} users with charged calls have no licence to spend credit"
        yield Reason("not_licensed", detail, Verdict.NO if callers.unlicensed == callers.users else Verdict.AT_RISK)


def _of_brake(book: Book) -> Iterator[Reason]:
    why = book.brake.why
    if any(not cause.user and not cause.prefix for cause in why):
        yield Reason(
            "fraud_brake", "the fraud brake refuses all calls that cost money until it is released", Verdict.NO
        )
    elif why:
        named = "one user or destination" if len(why) == 1 else f"{len(why)} users and destinations"
        detail = f"the fraud brake refuses the calls of {named} until it is released"
        yield Reason("fraud_brake", detail, Verdict.AT_RISK)


def _of_post_usage(book: Book, now: datetime) -> Iterator[Reason]:
    yield Reason("post_usage", "calls are billed after use; no credit is needed")
    matching = [each for each in book.entitlements.in_force(now) if each.agreement in POST_USAGE_AGREEMENTS]
    if matching and not any(each.pay_as_you_go for each in matching):
        detail = "pay-as-you-go is off: calls stop when the included minutes are used up"
        yield Reason("payg_off", detail, Verdict.AT_RISK)


def _is_before(instant: datetime | None, end: datetime) -> bool:
    return instant is not None and instant < end


def _text(instant: datetime | None) -> str:
    assert instant is not None
    return instant_text(instant)
