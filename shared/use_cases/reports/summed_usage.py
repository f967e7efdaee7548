"""Usage summed by destination, user, day, call kind or capability (R20, CONTRACT 2.5).

Whole days come from the sums, which take the same time for a thousand and for a million calls. Parts of days, at the
edges, come from the records of their calls.
"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from shared.kernel.ids import AccountId
from shared.ledger.book import Book
from shared.ports import StoredCall
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import Flaw, ProblemError, Reply, Request, page_of, refused
from shared.service.query import choice_in, instant_in, is_newest_first
from shared.service.services import Services
from shared.use_cases.reports.counted import NOTHING, Dimension, Sums
from shared.use_cases.reports.current_sums import current_sums
from shared.use_cases.reports.sum_rows import row_of, usage_partition
from shared.views.account import money_json
from shared.views.calls import END, FIRST

DAY = timedelta(days=1)

NO_KEY = "~"
"""The cursor of the item without a key."""


async def read_usage(services: Services, request: Request) -> Reply:
    """The sums of the calls that started in [from, to), by the dimension `by`, in the order of their keys."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    limit, after, is_reversed = request.limit(), request.query.get("after", ""), is_newest_first(request)
    items = await usage_items(services, request, book)
    if is_reversed:
        items.reverse()
    names = [_cursor(item) for item in items]
    if after and after not in names:
        flaw = Flaw("/after", "invalid", "the `next` of an earlier page of this list")
        raise ProblemError("invalid_request", "after is not a place in this list", (flaw,))
    first = names.index(after) + 1 if after else 0
    shown = items[first : first + limit]
    has_more = len(items) > first + limit
    return Reply(200, {**page_of(shown, limit), "next": _cursor(shown[-1]) if has_more else None})


async def usage_items(services: Services, request: Request, book: Book) -> list[dict[str, Any]]:
    """Every item that the request asks for, by key; the calls without a key come first."""
    text = choice_in(request, "by", tuple(Dimension))
    if text is None:
        raise ProblemError(
            "invalid_request", "by is required", (Flaw("/by", "missing", "one of " + ", ".join(Dimension)),)
        )
    first, end = instant_in(request, "from") or FIRST, instant_in(request, "to") or END
    sums = await summed(services, book, Dimension(text), first, end)
    currency = book.terms.currency
    return [usage_json(key, sums[key], currency) for key in sorted(sums) if sums[key] != NOTHING]


async def summed(
    services: Services, book: Book, dimension: Dimension, first: datetime, end: datetime
) -> dict[str, Sums]:
    """The sums by key of the calls that started at or after *first* and before *end*."""
    account = book.terms.account
    found: dict[str, Sums] = {}
    now = await current_sums(services, account, book.position.sequence)
    whole_from, whole_until = _next_midnight(first), _midnight(end)
    parts = [(first, end)] if whole_from > whole_until else [(first, whole_from), (whole_until, end)]
    for month in sorted(now.months) if whole_from <= whole_until else ():
        if f"{whole_from:%Y-%m}" <= month <= f"{whole_until:%Y-%m}":
            async for day, key, sums in _of_month(services, account, month, dimension):
                if whole_from.date() <= day < whole_until.date():
                    found[key] = found.get(key, NOTHING) + sums
    for part in parts:
        async for key, sums in _of_part(services, account, dimension, *part):
            found[key] = found.get(key, NOTHING) + sums
    return found


async def _of_month(
    services: Services, account: AccountId, month: str, dimension: Dimension
) -> AsyncIterator[tuple[date, str, Sums]]:
    """The sums of a month by day and key."""
    rows = await services.reports.sums.range(usage_partition(account, month), f"{dimension}|", f"{dimension}}}")
    for row in rows.rows:
        stored = row_of(row)
        for day, parts in stored.figures.items():
            yield date.fromisoformat(f"{month}-{day}"), stored.key, Sums(*parts)


async def _of_part(
    services: Services, account: AccountId, dimension: Dimension, first: datetime, end: datetime
) -> AsyncIterator[tuple[str, Sums]]:
    """What the calls of a part of a day add."""
    if first >= end:
        return
    async for call in services.reports.calls.calls(account, first, end):
        if not call.facts.get("isReversed"):
            yield _key(call, dimension), _sums(call)


def _key(call: StoredCall, dimension: Dimension) -> str:
    why = call.facts["explanation"]
    match dimension:
        case Dimension.DESTINATION:
            return str(why.get("destination", ""))
        case Dimension.USER:
            return str(call.facts["user"])
        case Dimension.DAY:
            return call.started_at.date().isoformat()
        case Dimension.CALL_KIND:
            return str(why.get("callKind", ""))
        case Dimension.CAPABILITY:
            return str(call.facts["capability"])


def _sums(call: StoredCall) -> Sums:
    why = call.facts["explanation"]
    return Sums(1, why["seconds"], why["billedSeconds"], why["freeSeconds"], call.facts["amount"])


def _midnight(instant: datetime) -> datetime:
    return datetime.combine(instant.astimezone(UTC).date(), time(), UTC)


def _next_midnight(instant: datetime) -> datetime:
    """The first midnight at or after *instant*."""
    floor = _midnight(instant)
    return floor if floor == instant else floor + DAY


def usage_json(key: str, sums: Sums, currency: str) -> dict[str, Any]:
    """One item."""
    return {
        "key": key or None,
        "calls": sums.calls,
        "seconds": sums.seconds,
        "billedSeconds": sums.billed_seconds,
        "freeSeconds": sums.free_seconds,
        "amount": money_json(sums.amount, currency),
    }


def _cursor(item: dict[str, Any]) -> str:
    return item["key"] or NO_KEY
