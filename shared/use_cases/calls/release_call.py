"""Release a call that did not take place: its hold ends, and its leg can never be authorised again (CONTRACT 2.2)."""

from datetime import datetime

from shared.kernel.ids import AccountId
from shared.ledger.book import Book, Refused
from shared.ledger.change import NOTHING, Change
from shared.ledger.hold import HoldEnd
from shared.ledger.pin import end_unused
from shared.posting.decision import Decision, Event, Posted
from shared.service.http import Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.calls.extend_call import pool_of
from shared.use_cases.calls.leg import leg_event, leg_in

TRIES_MAX = 5
"""Tries when the leg is authorised at the same moment: then there is a hold to end."""


async def release_call(services: Services, request: Request) -> Reply:
    """200, whatever there was. What the hold had set aside is free again, or lapses with its lot."""
    leg = leg_in(request)
    event = leg_event(request.account, leg, "")
    ends_leg = Decision(lambda _book, _now: NOTHING, event)
    for _ in range(TRIES_MAX):
        if await release_hold(services, request.account, event):
            break
        answer = await services.ledger.post(request.account, ends_leg)
        if isinstance(answer, Posted) or not await _has_hold(services, request, event.key):
            break
    return Reply(200, {"leg": leg})


async def release_hold(services: Services, account: AccountId, leg: Event) -> bool:
    """End the hold of *leg* without usage; False if none is open. Raises `ProblemError`, `UnavailableError`."""

    def decide(book: Book, now: datetime) -> Change | None:
        hold = book.holds.get(leg.key)
        return None if hold is None else end_unused(book, hold, HoldEnd.RELEASED, services.rules.grace, now=now)

    answer = await services.ledger.post(account, Decision(decide, pools=lambda book: pool_of(book, leg.key)))
    if isinstance(answer, Refused):
        raise refused(answer)
    return isinstance(answer, Posted)


async def _has_hold(services: Services, request: Request, key: str) -> bool:
    """Whether a hold is open in the newest book: the leg was authorised meanwhile."""
    book = await services.ledger.read(request.account)
    return book is not None and key in book.holds
