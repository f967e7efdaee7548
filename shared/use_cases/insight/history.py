"""What an account has called in the last weeks, from its journal (R20)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.insight.habit import DAYS_MAX, Use
from shared.insight.tomorrow import Callers
from shared.kernel.times import parse_instant
from shared.ledger.book import Book
from shared.ledger.entitlements import BillingState
from shared.plans.pool import PoolId, pool_named
from shared.posting.journal import reads
from shared.posting.journal.pages import Page
from shared.rating.charge import explained_amount
from shared.service.services import Services
from shared.use_cases.calls.charge_call import NOT_LICENSED
from shared.use_cases.insight.journal_call import is_call

CALLS_MAX, PAGES_MAX = 30_000, 10_000
"""What one request reads at most. An account that calls more is known from fewer days: its days differ less."""

LATE_PART = 50
"""One call in so many may be reported much later than it was made."""


@dataclass(frozen=True, slots=True)
class History:
    """The calls since *since*, and who made them."""

    since: datetime
    uses: tuple[Use, ...]
    callers: Callers


async def read_history(services: Services, book: Book, *, now: datetime) -> History:
    """The calls of the last eight weeks, at most `CALLS_MAX`, the latest ones."""
    earliest, pages = now - timedelta(days=DAYS_MAX), 0
    found: list[tuple[Use, str]] = []
    licensed = await _licensed(services, book, now=now)
    table, account = services.ledger.table, book.terms.account
    async for page in reads.pages_backwards(table, account, book.position.sequence, 1):
        pages += 1
        if page.at < earliest:
            break
        found += _uses(page, book, licensed)
        if len(found) >= CALLS_MAX or pages >= PAGES_MAX:
            earliest = max(earliest, _reached(found))
            break
    recent = [(use, user) for use, user in found if earliest <= use.started_at < now]
    first = min((use.started_at for use, _ in recent), default=now).replace(hour=0, minute=0, second=0, microsecond=0)
    return History(max(first, earliest), tuple(use for use, _ in recent), _callers(recent, licensed))


def _reached(found: list[tuple[Use, str]]) -> datetime:
    """The start after which the calls that were read are complete, but for late ones, where reading has ended early."""
    starts = sorted(use.started_at for use, _ in found)
    return starts[len(starts) // LATE_PART] if starts else datetime.min.replace(tzinfo=UTC)


async def _licensed(services: Services, book: Book, *, now: datetime) -> Collection[str] | None:
    """The users who may spend credit now; None where that needs no licence."""
    entitlements = book.entitlements
    if entitlements.licensed_since is None or entitlements.billing is not BillingState.PREPAID:
        return None
    known = await reads.licences(services.ledger.table, book.terms.account)
    return {licence.user for licence in known if licence.at(now) is not None}


def _uses(page: Page, book: Book, licensed: Collection[str] | None) -> Iterator[tuple[Use, str]]:
    """The charged calls of a page, each with its user."""
    asks_before = book.entitlements.authorises_since is not None
    for facts in page.facts["movements"]:
        if is_call(facts):
            use, user = _use(facts), str(facts.get("user", ""))
            is_refused = asks_before and use.pool is None and licensed is not None and _lacks(user, facts, licensed)
            yield replace(use, is_refused=is_refused) if is_refused else use, user


def _lacks(user: str, facts: Mapping[str, Any], licensed: Collection[str]) -> bool:
    """Whether the caller has no licence. Service numbers need none; a call without its user was flagged."""
    return user not in licensed if user else NOT_LICENSED in facts["explanation"].get("flags", ())


def _use(facts: Mapping[str, Any]) -> Use:
    why = facts["explanation"]
    pool = _shared_pool(facts)
    seconds = why["billedSeconds"] + (why["freeSeconds"] if pool else 0)
    price = explained_amount({**why, "billedSeconds": seconds})
    return Use(parse_instant(facts["startedAt"]), why.get("callKind", ""), price, seconds, pool)


def _shared_pool(facts: Mapping[str, Any]) -> PoolId | None:
    """The pool that has paid, of any month. The minutes that only one user has are too many to follow: of such calls
    what was charged counts.
    """
    for key, _, user in facts.get("pools", ()):
        if not user:
            return replace(pool_named(key, ""), month="")
    return None


def _callers(recent: list[tuple[Use, str]], licensed: Collection[str] | None) -> Callers:
    users = {user for use, user in recent if user and use.price}
    return Callers(len(users), len(users - set(licensed)) if licensed is not None else 0)
