"""Authorise a call before it starts: how long it may last, with a hold on what pays for it (R13, R14, CONTRACT 2.2)."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field

from shared.ledger.book import Book, Refused, Terms
from shared.ledger.change import Change
from shared.ports import UnavailableError
from shared.posting.decision import UNKNOWN_ACCOUNT, Answer, Conflict, Decision, Duplicate, Event, Posted, Unchanged
from shared.rating.emergency import is_emergency
from shared.rating.kind import CallKind
from shared.service.fingerprint import fingerprint
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.calls.afford import Denied, HoldRules, LegName, authorise, free_kind
from shared.use_cases.calls.call_facts import CallFacts, facts_of
from shared.use_cases.calls.described_call import DescribedCall, DialledNumber
from shared.use_cases.calls.entitlement import needed_pools
from shared.use_cases.calls.granted_call import Granted, denied_json, granted_from, granted_json
from shared.use_cases.calls.leg import ANSWER, leg_event, leg_in
from shared.use_cases.calls.measured import measured
from shared.use_cases.calls.overdue_holds import post_after_overdue
from shared.use_cases.usage.account_missing import newer_terms
from shared.use_cases.usage.reason import Unbookable

WANTED_DEFAULT, WANTED_MAX = 300, 3_600

HELP_SECONDS = 1.0
"""How long a number that is an emergency number somewhere waits for the account's country; then it is taken for one."""


def _wanted(value: object) -> object:
    """The number as it counts: null is absent, 60.0 is 60, and more than the most is the most."""
    if value is None:
        return WANTED_DEFAULT
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return min(value, WANTED_MAX) if isinstance(value, int) and not isinstance(value, bool) else value


WantedSeconds = Annotated[
    int,
    Field(ge=1),
    BeforeValidator(_wanted, json_schema_input_type=Annotated[int, Field(ge=1)] | None),
    Field(description=f"Seconds to hold money for, at most {WANTED_MAX}; more are taken as {WANTED_MAX}."),
]


class CallQuestion(DescribedCall):
    """A call that is about to start. Unknown fields are refused: a misspelt one may be what decides who pays."""

    model_config = ConfigDict(extra="forbid")

    wantedSeconds: WantedSeconds = WANTED_DEFAULT  # noqa: N815 - the wire's name

    def content(self) -> str:
        """The content in which two questions about the same leg agree: all fields but `wantedSeconds`."""
        return fingerprint(self.model_dump(exclude={"wantedSeconds"}))


@measured("authorise")
async def authorise_call(services: Services, request: Request) -> Reply:
    """200 with "yes" or "no". Emergency calls are allowed without asking anything that could fail or take long, also
    when another field of the question, or the leg, is wrong.
    """
    terms: Terms | Exception | None
    try:
        async with asyncio.timeout(HELP_SECONDS if _is_for_help(request, None) else None):
            terms = await services.terms(request.account)
    except (UnavailableError, TimeoutError) as outage:
        terms = outage
    country = terms.country if isinstance(terms, Terms) else None
    now = services.clock.now()
    if _is_for_help(request, country):
        currency = terms.currency if isinstance(terms, Terms) else ""
        return Reply(200, granted_json(request.path["leg"], Granted(CallKind.EMERGENCY, 0), currency, now=now))
    leg = leg_in(request)
    question = request.json(CallQuestion, context=country)
    if isinstance(terms, Exception):
        raise terms
    if terms is None or terms.closed_at is not None:
        raise refused(UNKNOWN_ACCOUNT)
    facts = await facts_of(services, question, terms, now)
    if isinstance(facts, Unbookable):
        return Reply(200, denied_json(leg, facts.reason.value, ""))
    event = leg_event(request.account, leg, question.content())
    decision = _decision(services, question, facts, LegName(leg, event.key), event=event, epoch=terms.epoch)
    answer = await post_after_overdue(services, request.account, decision)
    if answer == UNKNOWN_ACCOUNT and await newer_terms(services, terms):
        return await authorise_call(services, request)  # closed and opened again since this process has read its terms
    return await _reply(services, request, terms, facts, answer)


def _is_for_help(request: Request, country: str | None) -> bool:
    """Whether an emergency service is called, whatever else is wrong with the question."""
    try:
        dialled = request.json(DialledNumber, context=country)
    except ProblemError:
        return False
    return is_emergency(dialled.called, dialled.usageLocation or country)


def _decision(
    services: Services, question: CallQuestion, facts: CallFacts, leg: LegName, *, event: Event, epoch: str
) -> Decision:
    rules = hold_rules(services)

    def asked(book: Book) -> CallFacts:
        """The call, begun when it was asked for, but not before the book: its pool is that of the book's month, which
        has been read, whatever the clocks of other processes say.
        """
        return replace(facts, started_at=max(facts.started_at, book.position.at))

    def decide(book: Book, now: datetime) -> Change | Denied | None:
        return authorise(book, asked(book), leg, question.wantedSeconds, rules, now=now)

    return Decision(
        decide,
        event,
        licences=(facts.user,) if facts.user else (),
        pools=lambda book: needed_pools(book, asked(book), rules.sizes),
        epoch=epoch,
    )


async def _reply(services: Services, request: Request, terms: Terms, facts: CallFacts, answer: Answer) -> Reply:
    leg, now = leg_in(request), services.clock.now()
    match answer:
        case Posted(result=result):
            return Reply(200, granted_json(leg, granted_from(result[ANSWER]), terms.currency, now=now))
        case Unchanged(book):
            per_minute = facts.rate.per_minute if facts.rate else 0
            free = Granted(free_kind(book, facts, services.rules.plan_sizes), per_minute)
            return Reply(200, granted_json(leg, free, terms.currency, now=now))
        case Denied(code=code, call_kind=call_kind):
            return Reply(200, denied_json(leg, code, call_kind))
        case Refused():
            raise refused(answer)
        case Duplicate(marker) if ANSWER in marker.result and await _is_open(services, request, marker.event.key):
            return Reply(200, granted_json(leg, granted_from(marker.result[ANSWER]), terms.currency, now=now))
        case Conflict(marker) if ANSWER in marker.result:
            raise ProblemError("idempotency_conflict", "this leg was authorised before for another call")
        case _:
            return Reply(200, denied_json(leg, "hold_ended", ""))


async def _is_open(services: Services, request: Request, key: str) -> bool:
    """Whether the hold is open in the newest book, and not overdue."""
    answer = await services.ledger.post(request.account, Decision(lambda _book, _now: None))
    hold = answer.book.holds.get(key) if isinstance(answer, Unchanged) else None
    return hold is not None and hold.until > services.clock.now()


def hold_rules(services: Services) -> HoldRules:
    """The rules for holds that operators set."""
    return HoldRules(services.rules.settlement_margin, services.rules.plan_sizes)
