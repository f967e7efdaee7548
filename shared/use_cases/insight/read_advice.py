"""Advice over HTTP: from the account's own calls, or from another provider's bill (R21, CONTRACT 2.5)."""

from asyncio import to_thread
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from shared.insight.advice import Advice, BackTest, Note, Period, Terms, advise
from shared.insight.demand import use_again
from shared.insight.replay import ReplayedCall
from shared.kernel.times import instant_text
from shared.ledger.book import Book
from shared.service.http import ProblemError, Reply, Request
from shared.service.services import Services
from shared.use_cases.insight.bill import Bill, read_bill
from shared.use_cases.insight.history import read_history
from shared.use_cases.insight.present import present_book, replay_rules
from shared.views.account import money_json

DAY = timedelta(days=1)


async def read_advice(services: Services, request: Request) -> Reply:
    """200 with the advice from the calls of the last eight weeks."""
    book, now = await present_book(services, request)
    history = await read_history(services, book, now=now)
    calls = [use_again(use, services.rules.plan_sizes) for use in history.uses if not use.is_refused]
    notes = []
    if history.callers.unlicensed:
        detail = f"{history.callers.unlicensed} of {history.callers.users} callers have no licence to spend credit"
        notes = [Note("not_licensed", detail)]
    return await _advice(services, book, calls, Period(history.since, now), notes)


async def advise_on_bill(services: Services, request: Request) -> Reply:
    """200 with the advice from the calls of a bill, priced as this account would pay for them. Nothing is written."""
    book, now = await present_book(services, request)
    bill = await read_bill(services, request, book.terms)
    if bill.costs_nothing:
        return Reply(200, _json(_nothing_charged(bill, _midnight(now)), [], book.terms.currency))
    if not bill.calls:
        raise ProblemError("invalid_request", f"the bill has no call that can be priced: {bill.summary}")
    since = _midnight(min(call.started_at for call in bill.calls))
    until = _midnight(max(call.booked_at for call in bill.calls)) + DAY
    notes = [Note("not_priced", bill.summary)] if bill.reasons else []
    return await _advice(services, book, bill.calls, Period(since, until), notes)


async def _advice(
    services: Services, book: Book, calls: Sequence[ReplayedCall], period: Period, notes: list[Note]
) -> Reply:
    limits, currency = services.rules.amounts, book.terms.currency
    smallest = limits.smallest.get(currency)
    if smallest is None:
        raise ProblemError("currency_mismatch", f"credit cannot be bought in {currency}")
    asks_before = book.entitlements.authorises_since is not None
    margin = services.rules.settlement_margin if asks_before else None
    terms = Terms(replay_rules(services), smallest, limits.largest_of(currency), margin)
    found = await to_thread(advise, book, calls, period, terms)
    return Reply(200, _json(found, notes, currency))


def _nothing_charged(bill: Bill, today: datetime) -> Advice:
    """The advice on a bill such as one of Direct Routing, whose calls the organisation's own carrier charges. Records
    that are ignored have no times.
    """
    untried = BackTest(Period(today, today + DAY), 0, timedelta(), 0)
    why = Note("no_charged_calls", f"no record costs credit: {bill.summary}")
    return Advice(enough_data=False, trigger=None, amount=None, back_test=untried, notes=(why,))


def _midnight(instant: datetime) -> datetime:
    """The beginning of the day, in UTC."""
    return instant.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _json(found: Advice, notes: list[Note], currency: str) -> dict[str, object]:
    tried = found.back_test
    return {
        "enoughData": found.enough_data,
        "trigger": money_json(found.trigger, currency) if found.trigger is not None else None,
        "amount": money_json(found.amount, currency) if found.amount is not None else None,
        "backTest": {
            "from": instant_text(tried.period.since),
            "to": instant_text(tried.period.until),
            "recharges": tried.recharges,
            "secondsAtZero": round(tried.at_zero.total_seconds()),
            "expired": money_json(tried.expired, currency),
        },
        "needNone": found.need_none,
        "reasons": [{"code": note.code, "detail": note.detail} for note in (*found.notes, *notes)],
    }
