"""What a window of calls would have cost, and what would have been recharged, with other settings, prices or plans
(R21, CONTRACT 2.5). Writes nothing.
"""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.insight.replay import Replay
from shared.insight.totals import Totals
from shared.kernel.times import instant_text
from shared.ledger.balance import remaining
from shared.ledger.book import Book, Refused
from shared.ledger.card import Card
from shared.plans.catalogue import plan_at
from shared.posting.journal.pages import Page
from shared.rating.rate_card import RateCard
from shared.service.http import Flaw, ProblemError, Reply, Request, refused
from shared.service.instants import Instant
from shared.service.services import Services
from shared.use_cases.entitlements.subscription_list import SubscriptionList
from shared.use_cases.insight.as_if import AsIf
from shared.use_cases.insight.booked_totals import BookedTotals
from shared.use_cases.insight.journal_call import Rated, Rerating
from shared.use_cases.insight.present import present_book, replay_rules
from shared.use_cases.insight.window import CALLS_MAX, Window, pages_of, read_window
from shared.use_cases.recharge.set_auto_recharge import AutoRechargeSettings, auto_recharge_of
from shared.views.account import money_json

PAGES_AT_ONCE = 50
"""Pages that are replayed on another thread before the event loop gets its turn: some thousand calls."""

REPORTED_WITHIN = timedelta(days=92)
"""A window is by booking; its calls may have begun as long before it."""

ANY_CARD = Card("as-if", "", "", 9999, 11, "")
"""Pays for recharges where no card is stored."""


def _paid_at_once(_asked_at: datetime, _sequence: int) -> timedelta:
    """Payments take no time: most take seconds, and calls that were reported together were booked within seconds."""
    return timedelta()


def _as_list(value: object) -> object:
    """The list of items alone stands for the object that `PUT …/subscriptions` takes."""
    return {"items": value} if isinstance(value, list) else value


def _with_amounts(value: object) -> object:
    """Auto-recharge that is off needs no amounts: XXX is no currency (ISO 4217)."""
    if isinstance(value, dict) and value.get("enabled") is False:
        nothing = {"amount": "0", "currency": "XXX"}
        return value | {name: nothing for name in ("trigger", "amount") if value.get(name) is None}
    return value


class AutoRechargeAsIf(AutoRechargeSettings):
    """Auto-recharge as if; on, unless it says otherwise."""

    enabled: bool = True


class WhatIf(BaseModel):
    """A window, by the time of booking, and what would have been different in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    from_: Annotated[Instant, Field(alias="from")]
    to: Instant
    autoRecharge: Annotated[  # noqa: N815 - the wire's name
        AutoRechargeAsIf | None,
        BeforeValidator(_with_amounts),
        Field(description='Absent: as it was set. `{"enabled": false}`: none; then the amounts do not matter.'),
    ] = None
    rateCard: Annotated[  # noqa: N815 - the wire's name
        str | None, Field(max_length=64, description="The name of a rate card. Absent: each call at its own price.")
    ] = None
    subscriptions: Annotated[
        SubscriptionList | None, BeforeValidator(_as_list), Field(description="Absent: those that are recorded.")
    ] = None


async def what_if(services: Services, request: Request) -> Reply:
    """200 with the window as booked and as if."""
    asked = request.json(WhatIf)
    book, now = await present_book(services, request)
    end = min(asked.to, now)
    if asked.from_ >= end:
        past, later = Flaw("/from", "invalid", "in the past"), Flaw("/to", "invalid", "after `from`")
        raise ProblemError("invalid_request", "the window is empty", (past if asked.from_ >= now else later,))
    since = min(max(asked.from_, book.terms.opened_at), end)
    window = await read_window(services, book, since, asked.to)
    opening = _changed(services, book, window.opening, asked)
    rerating = await _rerating(services, book, window, asked.rateCard)
    booked = BookedTotals(window)
    replay = Replay(opening, replace(replay_rules(services), payment_takes=_paid_at_once), window.since)
    as_if = AsIf(replay, rerating, services.rules.plan_sizes, keeps_settings=asked.autoRecharge is not None)
    await _replayed(services, window, booked, as_if, end)
    currency = book.terms.currency
    return Reply(
        200,
        {
            "from": instant_text(window.since),
            "to": instant_text(end),
            "asBooked": _totals_json(booked.totals, booked.closing, currency),
            "asIf": _totals_json(replay.totals, remaining(replay.book) - replay.book.overdraft, currency),
            "rated": _rated_json(rerating.rated) if rerating.other else None,
        },
    )


async def _replayed(services: Services, window: Window, booked: BookedTotals, as_if: AsIf, end: datetime) -> None:
    def add(pages: Sequence[Page]) -> None:
        for page in pages:
            booked.add(page)
            as_if.add(page)

    waiting: list[Page] = []
    async for page in pages_of(services, window):
        waiting.append(page)
        if len(waiting) == PAGES_AT_ONCE:
            await to_thread(add, waiting)
            waiting = []
    await to_thread(add, waiting)
    booked.end(end)
    await to_thread(as_if.replay.advance, end)


def _changed(services: Services, book: Book, opening: Book, asked: WhatIf) -> Book:
    """The account at the beginning of the window, with what is asked for."""
    if asked.subscriptions is not None:
        flaws = asked.subscriptions.flaws(lambda plan, at: plan_at(plan, at) is not None)
        if flaws:
            shown = tuple(replace(flaw, pointer=f"/subscriptions{flaw.pointer}") for flaw in flaws)
            raise ProblemError("invalid_request", "the subscriptions are not as described", shown)
        items = tuple(item.subscription() for item in asked.subscriptions.items)
        opening = replace(opening, entitlements=replace(opening.entitlements, subscriptions=items))
    if asked.autoRecharge is not None:
        wanted = None
        if asked.autoRecharge.enabled:
            wanted = auto_recharge_of(book, asked.autoRecharge, services.rules.amounts, "/autoRecharge")
        if isinstance(wanted, Refused):
            raise refused(wanted)
        cards = book.settings.usable_cards() or (ANY_CARD,)
        opening = replace(opening, settings=replace(opening.settings, auto_recharge=wanted, cards=cards))
    return opening


async def _rerating(services: Services, book: Book, window: Window, card: str | None) -> Rerating:
    """The versions of the cards that are needed, and, for another card, the numbers that are kept."""
    versions = await services.rates.versions()
    names = {version.name for version in versions}
    if card is not None and card not in names:
        flaw = Flaw("/rateCard", "unknown", "the name of a rate card")
        raise ProblemError("invalid_request", "there is no such rate card", (flaw,))
    own: dict[str, list[RateCard]] = {}
    for version in sorted(versions, key=lambda each: each.valid_from):
        if version.currency == book.terms.currency and version.valid_from <= window.until:
            found = await services.rates.in_force(version.name, version.valid_from)
            own.setdefault(version.name, []).extend([found] if found else [])
    if card is None:
        return Rerating(own)
    if not own.get(card):
        raise ProblemError("currency_mismatch", f"the account is in {book.terms.currency}")
    return Rerating(own, tuple(own[card]), await _numbers(services, book, window))


async def _numbers(services: Services, book: Book, window: Window) -> Mapping[tuple[str, str], str]:
    """The called numbers by event, the latest calls first. Of more calls than a window may have, and of calls that were
    reported very late, only the prefix is known.
    """
    found: dict[tuple[str, str], str] = {}
    account, since = book.terms.account, window.since - REPORTED_WITHIN
    async for call in services.reports.calls.calls(account, since, window.until, newest_first=True):
        called = call.numbers.get("called")
        if called:
            source, name = call.facts["event"]
            found[source, name] = called
        if len(found) >= CALLS_MAX:
            break
    return found


def _totals_json(totals: Totals, closing: int, currency: str) -> dict[str, Any]:
    return {
        "charges": money_json(totals.charges, currency),
        "recharges": totals.recharges,
        "recharged": money_json(totals.recharged, currency),
        "secondsAtZero": round(totals.at_zero.total_seconds()),
        "expired": money_json(totals.lapsed, currency),
        "closing": money_json(closing, currency),
    }


def _rated_json(rated: Rated) -> dict[str, Any]:
    since: datetime | None = rated.numbers_from
    return {
        "byNumber": rated.by_number,
        "byPrefix": rated.by_prefix,
        "notRated": rated.not_rated,
        "numbersFrom": instant_text(since) if since is not None else None,
    }
