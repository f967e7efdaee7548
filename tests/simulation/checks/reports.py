"""Reports: whatever failed, the record of each call, summed usage and statements say what the journal says (R20)."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

from shared.kernel.ids import AccountId
from shared.ledger.change import MovementKind
from shared.ledger.statement import StatementBrokenError
from shared.posting.journal.keys import UNATTRIBUTED
from shared.posting.journal.pages import Page, movement_of
from shared.rating.charge import explained_amount
from shared.service.services import Services
from shared.use_cases.reports.counted import Dimension
from shared.use_cases.reports.monthly_statement import read_statement
from shared.use_cases.reports.summed_usage import summed
from shared.views.calls import END, FIRST
from tests.fakes.world import request
from tests.simulation.checks.books import Books

CALLS = {MovementKind.DEBIT, MovementKind.ACCRUAL, MovementKind.CORRECTION}


async def reports(services: Services, books: Books) -> AsyncIterator[str]:
    """Every difference between an account's reports and its pages."""
    for account, pages in books.pages.items():
        book = await services.ledger.read(account) if account != UNATTRIBUTED else None
        if book is None:
            continue
        booked = dict(_amounts(pages))
        recorded = {
            tuple(call.facts["event"]): call.facts["amount"]
            async for call in services.reports.calls.calls(account, FIRST, END)
        }
        if recorded != booked:
            yield f"20: the records of {account} say {recorded}, its pages {booked}"
        total = Counter(dict.fromkeys(Dimension, 0))
        for dimension in Dimension:
            total[dimension] = sum(
                each.amount for each in (await summed(services, book, dimension, FIRST, END)).values()
            )
        if set(total.values()) != {sum(booked.values())}:
            yield f"20: the sums of {account} are {total}, its calls cost {sum(booked.values())}"
        async for words in _statements(services, account, pages):
            yield words


def _amounts(pages: list[Page]) -> Iterator[tuple[tuple[str, ...], int]]:
    """What each call costs by the pages; a later booking of a call replaces an earlier one."""
    for page in pages:
        for movement in map(movement_of, page.facts["movements"]):
            if movement.kind in CALLS and movement.event is not None and movement.started_at is not None:
                why: dict[str, Any] = {"billedSeconds": 0, **movement.explanation}
                yield (movement.event.source, movement.event.id), 0 if "reverses" in why else explained_amount(why)


async def _statements(services: Services, account: AccountId, pages: list[Page]) -> AsyncIterator[str]:
    for month in sorted({f"{page.at:%Y-%m}" for page in pages}):
        try:
            await read_statement(services, request(account, month=month))
        except StatementBrokenError as broken:
            yield f"20: the statement of {account} for {month} does not add up: {broken}"
