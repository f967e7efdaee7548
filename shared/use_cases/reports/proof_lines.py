"""The proof of a statement: the statement and, word for word, the pages that it rests on (R25, CONTRACT 2.5).

`verify_statement.py` reads it. The first line is the statement, each further line the text of one page; the first page
is the last one before the month, whose balances are the month's opening.
"""

import json
from collections.abc import AsyncIterator, Sequence

from shared.posting.journal.keys import page_key
from shared.posting.journal.pages import body_text
from shared.service.http import Request
from shared.service.services import Services
from shared.use_cases.reports.cells import Cell, Column
from shared.use_cases.reports.monthly_statement import booked_month, statement_json
from shared.views.balance import last_page_at

MEDIA_TYPE = "application/x-ndjson"

PAGES_AT_ONCE = 100
"""A page has up to 224,000 characters."""


async def proof_lines(services: Services, request: Request) -> AsyncIterator[str]:
    """The lines of the proof of the month that the request names. Raises what the statement's view raises."""
    booked = await booked_month(services, request)
    yield json.dumps({"account": request.account, **statement_json(booked)})
    first, last = booked.pages or (None, None)
    if first is None or last is None:
        book = await services.book(request.account)
        before = await last_page_at(services.ledger.table, request.account, book.position.sequence, booked.end)
        first = last = before.sequence if before else 1
    else:
        first = max(1, first - 1)
    while first <= last:
        end = min(last, first + PAGES_AT_ONCE - 1)
        found = await services.ledger.table.range(request.account, page_key(first), page_key(end + 1))
        for row in found.rows:
            yield body_text(row)
        first = end + 1


async def proof_parts(_columns: Sequence[Column], rows: AsyncIterator[Sequence[Cell]]) -> AsyncIterator[bytes]:
    """The file in parts, a line each."""
    async for (line,) in rows:
        yield f"{line}\n".encode("ascii")
