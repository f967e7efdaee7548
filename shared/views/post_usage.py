"""Post-usage billing, for portals: where the switch is, what it does, and what has accrued in a month (R17)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.kernel.times import end_of_month, instant_text
from shared.ledger.balance import balance
from shared.ledger.book import Book
from shared.ledger.change import ACCRUAL, EventName, Movement, MovementKind
from shared.ledger.entitlements import BillingState
from shared.ledger.post_usage import is_drained
from shared.ledger.slot import SlotState
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal import reads
from shared.posting.journal.pages import Page, movement_of
from shared.rating.charge import explained_amount
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.views.account import money_json
from shared.views.balance import last_page_at

_MONTH = re.compile(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])")


async def read_post_usage(services: Services, request: Request) -> Reply:
    """The present state, and what still has to happen."""
    book, now = await services.ledger.read(request.account), services.clock.now()
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    is_on_the_way = book.entitlements.billing is BillingState.DRAINING
    return Reply(200, post_usage_json(book, steps_json(book, now=now) if is_on_the_way else [], now=now))


def post_usage_json(book: Book, steps: list[dict[str, str]], *, now: datetime) -> dict[str, object]:
    """State, steps, and when usage accrues from, where that is known."""
    entitlements = book.entitlements
    since = entitlements.billing_since if entitlements.billing is BillingState.ACCRUING else None
    if entitlements.billing is BillingState.DRAINING and is_drained(book, now):
        since = now
    return {
        "state": entitlements.billing.value,
        "steps": steps,
        "accruesFrom": instant_text(since) if since else None,
    }


def steps_json(book: Book, *, now: datetime) -> list[dict[str, str]]:
    """What the switch does, or still has to do, each as a code and a text for people."""
    auto_recharge, currency = book.settings.auto_recharge, book.terms.currency
    steps = []
    if auto_recharge is not None and auto_recharge.enabled:
        steps.append(("auto_recharge_off", "auto-recharge is switched off, or the balance would be refilled for ever"))
    if book.slot.state is not SlotState.IDLE or any(intent.is_open for intent in book.intents.values()):
        steps.append(("payment_cancelled", "the payment under way is cancelled; it is accepted if it still succeeds"))
    if book.holds:
        steps.append(("calls_settle", f"{len(book.holds)} calls in progress are settled as they were authorised"))
    left = balance(book, now)
    if left:
        last = max(lot.expires_at for lot in book.lots.values() if lot.usable_at(now))
        amount = money_json(left, currency)
        text = f"{amount['amount']} {currency} are used up first; what is left lapses on {last:%Y-%m-%d} at the latest"
        steps.append(("credit_first", text))
    if book.overdraft:
        owed = money_json(book.overdraft, currency)
        steps.append(("overdraft_accrues", f"overdraft of {owed['amount']} {currency} is billed after use"))
    steps.append(("usage_accrues", "then usage accrues and is billed after use; credit can no longer be bought"))
    return [{"code": code, "detail": detail} for code, detail in steps]


@dataclass(slots=True)
class _Item:
    """What accrued for one call kind and destination."""

    calls: int = 0
    seconds: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class _Accrued:
    """What one call accrued, and the item in which it counts."""

    item: tuple[str, str]
    seconds: int
    amount: int


async def read_accrual(services: Services, request: Request) -> Reply:
    """What was booked as billed after use in a calendar month (UTC): a closed month never changes."""
    month, book = request.path["month"], await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    if _MONTH.fullmatch(month) is None:
        raise ProblemError("invalid_request", "a month is such as 2026-11")
    items: dict[tuple[str, str], _Item] = {}
    calls: dict[EventName, _Accrued] = {}
    table, last = services.ledger.table, book.position.sequence
    first_instant = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
    instant_before = first_instant - timedelta(microseconds=1) if first_instant.year > 1 else None
    before = await last_page_at(table, request.account, last, instant_before) if instant_before else None
    until = await last_page_at(table, request.account, last, end_of_month(first_instant))
    async for page in reads.pages(table, request.account, before.sequence + 1 if before else 1, _sequence(until)):
        for facts in page.facts["movements"]:
            _count(items, calls, movement_of(facts))
    currency = book.terms.currency
    shown = [
        {
            "callKind": kind or None,
            "destination": destination or None,
            "calls": item.calls,
            "seconds": item.seconds,
            "amount": money_json(item.amount, currency),
        }
        for (kind, destination), item in sorted(items.items())
        if item.calls or item.amount
    ]
    total = sum(item.amount for item in items.values())
    return Reply(200, {"month": month, "items": shown, "amount": money_json(total, currency)})


def _sequence(page: Page | None) -> int:
    return page.sequence if page else 0


def _count(items: dict[tuple[str, str], _Item], calls: dict[EventName, _Accrued], movement: Movement) -> None:
    """Add what *movement* accrued. A correction replaces what its call accrued before, if that was in the same month;
    else only the difference in money is in this month.
    """
    accrued = sum(
        (entry.source == ACCRUAL) * entry.amount - (entry.target == ACCRUAL) * entry.amount
        for entry in movement.entries
    )
    before = calls.pop(movement.event, None) if movement.event else None
    if before is not None:
        _add(items, before, -1)
    elif accrued == 0:
        return
    why: Mapping[str, Any] = movement.explanation
    amount = accrued + (before.amount if before else 0)
    now = _Accrued((str(why.get("callKind", "")), str(why.get("destination", ""))), why.get("billedSeconds", 0), amount)
    is_call = movement.event is not None and amount > 0
    is_difference = movement.kind is MovementKind.CORRECTION and before is None and amount != explained_amount(why)
    if is_call and not is_difference and movement.event is not None:
        calls[movement.event] = now
        _add(items, now, 1)
    else:
        items.setdefault(now.item, _Item()).amount += amount


def _add(items: dict[tuple[str, str], _Item], call: _Accrued, count: int) -> None:
    item = items.setdefault(call.item, _Item())
    item.calls += count
    item.seconds += count * call.seconds
    item.amount += count * call.amount
