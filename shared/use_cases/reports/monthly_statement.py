"""The statement of a calendar month (UTC): what was booked in it, for each lot and in all (R20, CONTRACT 2.5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.kernel.ids import AccountId, LotId
from shared.kernel.times import end_of_month
from shared.ledger.book import Book
from shared.ledger.statement import COLUMNS, CORRECTED, OUT, Balances, Line, Statement, statement
from shared.ports import UnavailableError
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal.keys import end_of
from shared.posting.journal.pages import FIRST_CHAIN, Page
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.reports.current_sums import current_sums
from shared.use_cases.reports.sum_rows import row_of, statement_partition
from shared.views.account import money_json
from shared.views.balance import last_page_at

_MONTH = re.compile(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])")

LOTS = "lot|"

TRIES_MAX = 10
"""Tries to read the columns of the present month while calls are being booked."""

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Booked:
    """A month as it is booked: its statement, its first and last page, None if it has none, and the hash of the last
    page up to its end.
    """

    month: str
    currency: str
    statement: Statement
    pages: tuple[int, int] | None
    chain: str

    @property
    def end(self) -> datetime:
        """The last instant of the month."""
        return end_of_month(datetime.fromisoformat(f"{self.month}-01").replace(tzinfo=UTC))


async def read_statement(services: Services, request: Request) -> Reply:
    """The statement; `not_found` for a month in which the account did not exist."""
    return Reply(200, statement_json(await booked_month(services, request)))


async def booked_month(services: Services, request: Request) -> Booked:
    """The month that the request names."""
    month = request.path["month"]
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    if _MONTH.fullmatch(month) is None:
        raise ProblemError("invalid_request", "a month is such as 2026-11")
    for _ in range(TRIES_MAX):
        found = await _booked(services, book, month)
        if found is not None:
            return found
        book = await services.book(request.account)
    raise UnavailableError("the account changed during every read")


async def _booked(services: Services, book: Book, month: str) -> Booked | None:
    """The month up to the last page of *book*; None if the columns have got further meanwhile."""
    account, last = book.terms.account, book.position.sequence
    start = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
    table = services.ledger.table
    before = await last_page_at(table, account, last, start - MICROSECOND) if start.year > 1 else None
    until = await last_page_at(table, account, last, end_of_month(start))
    if until is None or start > services.clock.now():
        raise ProblemError("not_found", "the account has no such month")
    await current_sums(services, account, until.sequence)
    columns = await _columns(services, account, month, last)
    if columns is None:
        return None
    first = before.sequence + 1 if before else 1
    pages = (first, until.sequence) if first <= until.sequence else None
    made = statement(_balances(before), _balances(until), columns)
    return Booked(month, book.terms.currency, made, pages, until.hash)


def _balances(page: Page | None) -> Balances:
    """What a page says of every open lot after it."""
    if page is None:
        return Balances()
    after: Mapping[str, Any] = page.facts["after"]
    return Balances({LotId(lot): held[0] for lot, held in after["lots"].items()}, after["overdraft"])


async def _columns(
    services: Services, account: AccountId, month: str, last: int
) -> Mapping[LotId, Mapping[str, int]] | None:
    """The sums of the month's columns by lot; None if one of them has pages after *last*."""
    found = await services.reports.sums.range(statement_partition(account, month), LOTS, end_of(LOTS))
    rows = [row_of(row) for row in found.rows]
    if any(row.sequence > last for row in rows):
        return None
    return {LotId(row.key): {column: part[0] for column, part in row.figures.items()} for row in rows}


def statement_json(booked: Booked) -> dict[str, Any]:
    """The statement for the API."""
    total, currency = booked.statement.total, booked.currency
    first, last = booked.pages or (None, None)
    return {
        "month": booked.month,
        "currency": currency,
        "opening": money_json(total.opening, currency),
        **{column: money_json(total.columns[column], currency) for column in COLUMNS},
        "closing": money_json(total.closing, currency),
        "overdraft": money_json(booked.statement.overdraft, currency),
        "lots": [_lot_json(lot, line, currency) for lot, line in booked.statement.lots.items()],
        "pages": {"first": first, "last": last},
        "chain": booked.chain or FIRST_CHAIN,
    }


def _lot_json(lot: LotId, line: Line, currency: str) -> dict[str, Any]:
    return {
        "id": lot,
        "opening": money_json(line.opening, currency),
        "in": money_json(line.received, currency),
        **{column: money_json(line.columns[column], currency) for column in (*OUT, CORRECTED)},
        "closing": money_json(line.closing, currency),
    }
