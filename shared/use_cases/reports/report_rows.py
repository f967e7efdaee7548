"""The rows of a report: every item of a list, or the lines of a statement, as cells (R20)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from shared.service.http import LIMIT_MAX, Request
from shared.service.operation import UseCase
from shared.service.services import Services
from shared.use_cases.reconciliation.shown import sheet_item
from shared.use_cases.reconciliation.stored import all_differences
from shared.use_cases.reports.cells import COLUMNS, Cell
from shared.use_cases.reports.monthly_statement import read_statement
from shared.use_cases.reports.proof_lines import proof_lines
from shared.use_cases.reports.summed_usage import read_usage
from shared.views.calls import list_calls
from shared.views.lots import list_lots
from shared.views.movements import list_movements

LISTS: Mapping[str, UseCase] = {
    "usage": read_usage,
    "calls": list_calls,
    "movements": list_movements,
    "lots": list_lots,
}
"""The reports that are lists. A page at a time is in memory."""

STATEMENTS, PROOFS, RECONCILIATIONS = "statements", "proofs", "reconciliations"


async def rows(services: Services, request: Request, what: str) -> AsyncIterator[Sequence[Cell]]:
    """The rows of the report *what*. Raises what its view raises."""
    if what == PROOFS:
        async for line in proof_lines(services, request):
            yield [line]
        return
    columns = COLUMNS[what]
    if what == RECONCILIATIONS:
        async for shown in all_differences(services, request.account, request.path["reconciliation"]):
            yield [column.of(sheet_item(shown)) for column in columns]
        return
    async for item in _lines(services, request) if what == STATEMENTS else _items(services, request, LISTS[what]):
        yield [column.of(item) for column in columns]


async def _items(services: Services, request: Request, view: UseCase) -> AsyncIterator[Mapping[str, Any]]:
    after: str | None = ""
    while after is not None:
        query = {**request.query, "limit": str(LIMIT_MAX), **({"after": after} if after else {})}
        shown: Any = (await view(services, replace(request, query=query))).value
        for item in shown["items"]:
            yield item
        after = shown["next"]


async def _lines(services: Services, request: Request) -> AsyncIterator[Mapping[str, Any]]:
    """The whole account's line of a statement, then each lot's."""
    shown: Any = (await read_statement(services, request)).value
    yield shown
    for lot in shown["lots"]:
        yield {**lot, "month": shown["month"], "lot": lot["id"]}
