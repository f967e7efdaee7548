"""Booking a call: the decision that spends its charge, and settles its hold if there is one (R10, R12, R14)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.ledger.book import Book
from shared.ledger.change import Change, EventName
from shared.ledger.debit import Charge, debit
from shared.ledger.hold import Hold
from shared.ledger.pin import settle
from shared.plans.sizes import Sizes
from shared.posting.decision import Answer, Decision, Event, FurtherEventSettled
from shared.service.concealed import concealed
from shared.service.services import Services
from shared.use_cases.calls.call_facts import CallFacts
from shared.use_cases.calls.charge_call import charge_call
from shared.use_cases.calls.entitlement import needed_pools
from shared.use_cases.calls.leg import leg_event
from shared.use_cases.calls.pool_level import pool_levels
from shared.use_cases.usage.call import Call
from shared.use_cases.usage.call_record import ReportedCall, record_of
from shared.use_cases.usage.envelope import ROW, Named

FREE = "free"
"""The name under which a marker's result says that the row of a file cost nothing."""


@dataclass(frozen=True, slots=True)
class BookableCall:
    """A reported call with its rate. *event* is its name as pages have it. *leg* names its hold; *has_leg*: the event
    names the leg itself, so that the leg ends with it even if it was never authorised. *row*: see `Named.row`.
    """

    facts: CallFacts
    seconds: int
    event: EventName
    leg: Event
    has_leg: bool
    reported: ReportedCall
    row: str = ""


async def bookable(services: Services, item: Named, call: Call, facts: CallFacts) -> BookableCall:
    """The *call* of an event. Raises `UnavailableError`."""
    leg = leg_event(item.account, call.leg or item.id, "")
    source, name = [await concealed(services, item.account, text) for text in (item.source, item.id)]
    reported = ReportedCall(item.event.key, EventName(item.source, item.id), call)
    shown = EventName(source, name)
    return BookableCall(facts, call.durationSeconds, shown, leg, call.leg is not None, reported, item.row)


async def post_call(services: Services, item: Named, call: BookableCall, event: Event, epoch: str) -> Answer:
    """Book *call* under *event*. Raises `UnavailableError`."""
    decision = booking(call, event, epoch, services.rules.grace, services.rules.plan_sizes)
    answer = await services.ledger.post(item.account, decision)
    if isinstance(answer, FurtherEventSettled):  # the leg has ended before, by its time-out for instance
        answer = await services.ledger.post(item.account, replace(decision, leg=None))
    return answer


def booking(call: BookableCall, event: Event, epoch: str, grace: timedelta, sizes: Sizes) -> Decision:
    """The decision to book *call*: its hold is settled, or else it is paid like any other call."""

    def decide(book: Book, now: datetime) -> Change:
        hold = book.holds.get(call.leg.key)
        charge = charge_call(without_pool_pin(book, hold), call.facts, call.seconds, call.event, sizes, hold=hold)
        booked = debit(book, charge) if hold is None else settle(book, hold, charge, grace, now=now)
        levels = pool_levels(book, charge.pools, charge.started_at, sizes, now=now)
        change = replace(booked.then(levels), calls=(record_of(call.reported, charge),))
        return replace(change, result=_result(call.row, charge)) if call.row else change

    def pools(book: Book) -> Iterable[str]:
        hold = book.holds.get(call.leg.key)
        own = (hold.pool,) if hold is not None and hold.pool else ()
        return (*needed_pools(book, call.facts, sizes), *own)

    return Decision(
        decide,
        event,
        leg=call.leg if call.has_leg and call.facts.rate is not None else None,
        epoch=epoch,
        licences=(call.facts.user,) if call.facts.user else (),
        pools=pools,
    )


def _result(row: str, charge: Charge) -> dict[str, str]:
    """What the marker of a row of a file stores, so that a run that was killed can be counted exactly."""
    return {ROW: row} if charge.amount else {ROW: row, FREE: "1"}


def without_pool_pin(book: Book, hold: Hold | None) -> Book:
    """The book in which the seconds that *hold* has set aside in a pool are free again."""
    if hold is None or not hold.pool_seconds:
        return book
    pool = book.pools[hold.pool]
    return replace(book, pools={**book.pools, hold.pool: replace(pool, pinned=pool.pinned - hold.pool_seconds)})
