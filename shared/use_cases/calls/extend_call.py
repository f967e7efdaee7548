"""Extend a call that is under way: further seconds on its hold (R14, CONTRACT 2.2)."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.ledger.book import Book, Refused
from shared.ledger.change import Change
from shared.posting.decision import Decision, Posted
from shared.service.http import Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.calls.afford import Denied, extend
from shared.use_cases.calls.authorise_call import WANTED_DEFAULT, WantedSeconds, hold_rules
from shared.use_cases.calls.granted_call import denied_json, granted_by, granted_from, granted_json, not_extended_json
from shared.use_cases.calls.leg import ANSWER, leg_event, leg_in
from shared.use_cases.calls.measured import measured
from shared.use_cases.calls.overdue_holds import post_after_overdue


class Extension(BaseModel):
    """How many further seconds are wanted. Unknown fields are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)

    wantedSeconds: WantedSeconds = WANTED_DEFAULT  # noqa: N815 - the wire's name


@measured("extend")
async def extend_call(services: Services, request: Request) -> Reply:
    """200 with the new total, or with "no" and why; then what was granted before stays as it is."""
    leg, wanted = leg_in(request), request.json_or_empty(Extension).wantedSeconds
    key, rules = leg_event(request.account, leg, "").key, hold_rules(services)

    def decide(book: Book, now: datetime) -> Change | Denied:
        return extend(book, key, wanted, rules, now=now)

    decision = Decision(decide, pools=lambda book: pool_of(book, key))
    answer = await post_after_overdue(services, request.account, decision)
    now = services.clock.now()
    match answer:
        case Posted(result=result, book=book):
            return Reply(200, granted_json(leg, granted_from(result[ANSWER]), book.terms.currency, now=now))
        case Denied(code=code, hold=hold) if hold is not None:
            terms = await services.terms(request.account)
            granted = granted_by(hold, is_final=True, now=now)
            return Reply(200, not_extended_json(leg, code, granted, terms.currency if terms else "", now=now))
        case Denied(code=code, call_kind=call_kind):
            return Reply(200, denied_json(leg, code, call_kind))
        case Refused():
            raise refused(answer)
        case _:
            raise AssertionError("an extension changes the hold or is denied")


def pool_of(book: Book, key: str) -> Iterable[str]:
    """The key of the pool that an open hold uses, if any."""
    hold = book.holds.get(key)
    return (hold.pool,) if hold is not None and hold.pool else ()
