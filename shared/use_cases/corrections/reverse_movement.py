"""Reverse a debit or a grant: it is unwound in its recorded order, the last entry first, once (R6, R11, CONTRACT 2)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from pydantic import BaseModel, ConfigDict

from shared.kernel.ids import AccountId, LotId
from shared.ledger.book import Book, Refused
from shared.ledger.change import Change, EventName, Movement, MovementKind, lot_at
from shared.ledger.debit import Charge
from shared.ledger.reverse import correct, reverse_grant
from shared.posting.decision import Answer, Decision, Duplicate, Event, FurtherEventSettled, Posted, event
from shared.posting.journal import reads
from shared.service.concealed import is_concealed
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.service.texts import StatedReason
from shared.use_cases.calls.pool_uses import net_uses
from shared.use_cases.corrections.current_booking import TRIES_MAX, CurrentBooking, current_booking
from shared.use_cases.usage.call_record import unwound
from shared.views.movements import find_movement, shown_movement


class Reversal(BaseModel):
    """Why it is reversed, for the people who read the correction."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    reason: StatedReason


@dataclass(frozen=True, slots=True)
class Reversed:
    """The movement to reverse: its *name*, what it was, and why."""

    name: str
    movement: Movement
    event: EventName
    reason: str

    @property
    def explanation(self) -> dict[str, object]:
        """What the correction says of itself."""
        return {"reverses": self.name, "reason": self.reason}


async def reverse_movement(services: Services, request: Request) -> Reply:
    """201 with the correction. Refused: `already_reversed`, and `not_reversible` for what is no debit or grant."""
    reason, name = request.json(Reversal).reason, request.path["movement"]
    movement = await find_movement(services, request.account, name)
    if movement.event is None or movement.kind not in {MovementKind.DEBIT, MovementKind.GRANT}:
        raise ProblemError("not_reversible", f"a movement of kind {movement.kind.value} cannot be reversed")
    what = Reversed(name, movement, movement.event, reason)
    answer = await _post(services, request.account, what)
    if isinstance(answer, Duplicate):
        raise ProblemError("already_reversed", "this movement was reversed before")
    if isinstance(answer, Refused):
        raise refused(answer)
    assert isinstance(answer, Posted)
    return Reply(201, await shown_movement(services, request.account, answer.movements[0]))


async def _post(services: Services, account: AccountId, what: Reversed) -> Answer:
    own = event("reversal", account, what.name, content="")
    if what.movement.kind is MovementKind.GRANT:
        lot = _granted(what.movement)
        decision = Decision(
            lambda book, _now: reverse_grant(book, lot, what.event, what.explanation), own, closed_lots=(lot,)
        )
        return await services.ledger.post(account, decision)
    whole = await _whole_name(services, account, what)
    renamed = partial(_usage_event, account, replace(what, event=whole))
    for _ in range(TRIES_MAX):
        current = await current_booking(services, account, renamed)
        answer = await services.ledger.post(account, _unwinding(services, what, current, (own, renamed())))
        if not isinstance(answer, FurtherEventSettled):
            return answer
    raise ProblemError("unavailable", "the same event is being corrected by other requests")


def _usage_event(account: AccountId, what: Reversed, *suffix: str) -> Event:
    """The usage event, or what was done to it later. Its content is only that it was reversed: its markers are found by
    their names.
    """
    return event("usage", account, what.event.source, what.event.id, *suffix, content=f"reversed {what.name}")


async def _whole_name(services: Services, account: AccountId, what: Reversed) -> EventName:
    """The name under which the usage was sent. A page conceals one that is a number (R27); then the call's record has
    it.
    """
    name, started_at = what.event, what.movement.started_at
    if not (is_concealed(name.source) or is_concealed(name.id)):
        return name
    sequence, index = map(int, what.name.split("-"))
    page = await reads.page(services.ledger.table, account, sequence)
    assert page is not None, "the movement was read from it"
    assert started_at is not None, "a call has started"
    for key, _, _, movement, _ in page.facts["marks"]:
        found = await services.reports.calls.find(account, key, started_at) if movement == index else None
        if found is not None and "event" in found.numbers:
            return EventName(*found.numbers["event"])
    raise ProblemError("not_reversible", "the record that names its event is no longer kept")


def _granted(movement: Movement) -> LotId:
    [lot] = (lot for entry in movement.entries if (lot := lot_at(entry.target)))
    return lot


def _destination(call: Movement) -> dict[str, object]:
    """The part of a call's explanation by which reports find what its reversal takes back."""
    return {name: call.explanation[name] for name in ("callKind", "destination") if name in call.explanation}


def _unwinding(services: Services, what: Reversed, current: CurrentBooking, events: tuple[Event, Event]) -> Decision:
    """The decision to take back what is booked for the call now, in credit and in seconds of pools. *events* are that
    of the reversal and the call's own.
    """
    (own, usage), call = events, current.call
    assert call is not None, "a debit is the booking of a call"
    assert call.started_at is not None, "a call has started"
    charge = Charge(
        amount=0,
        started_at=call.started_at,
        event=what.event,
        user=call.user,
        digits=call.digits,
        explanation={**_destination(what.movement), **what.explanation},
        pools=net_uses(current.pools, ()),
        capability=call.capability,
        replaces=current.name,
    )
    started_at = call.started_at

    def decide(book: Book, now: datetime) -> Change | Refused:
        change = correct(book, current.entries, charge, services.rules.grace, now=now)
        return change if isinstance(change, Refused) else replace(change, calls=(unwound(usage.key, started_at),))

    def pools(_book: Book) -> Iterable[str]:
        return [use.pool for use in current.pools]

    return Decision(decide, own, further_events=current.events, closed_lots=current.lots, pools=pools)
