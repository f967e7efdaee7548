"""Settings, for portals, each with the ETag that a change requires."""

import re

from shared.kernel.times import instant_text
from shared.ledger.book import Book
from shared.ledger.entitlements import BillingState
from shared.ledger.pause import Pause
from shared.ledger.settings import Card
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.purchasing.amount_limits import AmountLimits
from shared.recharge.suggestion import suggestion
from shared.service.http import Reply, Request, page_of, refused
from shared.service.query import cursor_in, is_newest_first
from shared.service.services import Services
from shared.views.account import money_json

SHOWN_ONLY = frozenset({"slot", "nextAttempt", "reason", "paused", "smallest", "suggested"})
"""What reading auto-recharge shows beside the settings."""


async def read_auto_recharge(services: Services, request: Request) -> Reply:
    """Auto-recharge and the state of the recharge slot."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    return Reply(200, auto_recharge_json(book, services.rules.amounts), {"ETag": auto_recharge_etag(book)})


def auto_recharge_etag(book: Book) -> str:
    """Changes with every change of the settings; the defaults have one, too."""
    return f'"auto-recharge-{book.settings.auto_recharge_version}"'


def auto_recharge_json(book: Book, limits: AmountLimits) -> dict[str, object]:
    """The settings, the slot, and when it is tried next. As long as nothing was ever set: what a portal may suggest."""
    auto_recharge, currency = book.settings.auto_recharge, book.terms.currency
    retry_at = book.slot.retry_at
    smallest = limits.smallest_of(currency)
    is_post_usage = book.entitlements.billing is not BillingState.PREPAID
    return {
        "enabled": auto_recharge.enabled if auto_recharge else False,
        "trigger": money_json(auto_recharge.trigger, currency) if auto_recharge else None,
        "amount": money_json(auto_recharge.amount, currency) if auto_recharge else None,
        "largestCharge": money_json(auto_recharge.largest_charge, currency) if auto_recharge else None,
        "monthlyCap": money_json(auto_recharge.monthly_cap, currency)
        if auto_recharge and auto_recharge.monthly_cap is not None
        else None,
        "slot": book.slot.state.value,
        "nextAttempt": instant_text(retry_at) if retry_at else None,
        "reason": book.slot.reason or (POST_USAGE if is_post_usage else None),
        "paused": _pause_json(book.pause),
        "smallest": money_json(smallest, currency) if smallest is not None else None,
        "suggested": None if auto_recharge else _suggestion_json(currency, limits),
    }


def _suggestion_json(currency: str, limits: AmountLimits) -> dict[str, object] | None:
    """None for a currency without a smallest amount, in which nothing can be bought."""
    smallest = limits.smallest.get(currency)
    if smallest is None:
        return None
    suggested = suggestion(smallest, limits.largest_of(currency))
    return {
        "trigger": money_json(suggested.trigger, currency),
        "amount": money_json(suggested.amount, currency),
        "largestCharge": money_json(suggested.largest_charge, currency),
    }


def _pause_json(pause: Pause) -> dict[str, object] | None:
    """Why auto-recharge charges nothing now, and since when; `until` is null if no time is known."""
    if pause.reason is None or pause.since is None:
        return None
    until = instant_text(pause.until) if pause.until else None
    return {"reason": pause.reason.value, "since": instant_text(pause.since), "until": until}


POST_USAGE = "post_usage"
"""Why auto-recharge is off where usage is billed after use (R17)."""

CURSOR = re.compile(r"[A-Za-z0-9_]{1,255}")
"""A stored card's name."""


async def list_payment_methods(services: Services, request: Request) -> Reply:
    """The stored cards in the order in which they are charged, or in reverse."""
    after, limit, is_reversed = cursor_in(request, CURSOR), request.limit(), is_newest_first(request)
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    shown = [card_json(card, place) for place, card in enumerate(book.settings.cards, 1)]
    if is_reversed:
        shown.reverse()
    names = [card["id"] for card in shown]
    first = names.index(after) + 1 if after in names else 0 if not after else len(names)
    return Reply(200, page_of(shown[first : first + limit + 1], limit))


def card_json(card: Card, order: int) -> dict[str, object]:
    """Brand, last four, expiry and order; never more."""
    return {
        "id": card.id,
        "brand": card.brand,
        "lastFour": card.last_four,
        "expiry": f"{card.expiry_year:04d}-{card.expiry_month:02d}",
        "order": order,
        "refused": card.refused,
        "needsHolder": card.needs_holder,
    }


async def read_administrators(services: Services, request: Request) -> Reply:
    """The administrators; none while only a digest of the list is known, after a rebuild."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    return Reply(200, list(book.settings.known_administrators), {"ETag": administrators_etag(book)})


def administrators_etag(book: Book) -> str:
    """Changes with every change of the list; the empty list has one, too."""
    return f'"administrators-{book.settings.administrators_version}"'
