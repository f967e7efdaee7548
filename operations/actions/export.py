"""Everything of one kind about one account, one line each."""

import json
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import click

from operations.actions.sheet import Sheet
from operations.plural import count_of
from operations.progress import Step, progress
from operations.requests import all_items, request
from operations.result import Result
from shared.kernel.ids import AccountId
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal import reads
from shared.posting.journal.pages import Page
from shared.service.http import refused
from shared.service.services import Services
from shared.views.lots import list_lots
from shared.views.movements import list_movements
from shared.views.purchases import list_purchases

PAGES_AT_ONCE = 200
"""Pages in memory; each has at most a quarter of a megabyte."""

VIEWS = {"movements": list_movements, "lots": list_lots, "purchases": list_purchases}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is exported, in which form, between which instants, and into which file (None: stdout)."""

    what: str
    form: str
    bounds: Mapping[str, str]
    output: Path | None


async def export_account(services: Services, account: AccountId, wanted: Wanted) -> Result:
    """How many lines were written; refuses an unknown account."""
    lines = 0
    with progress(f"exporting {wanted.what}") as step, _target(wanted.output) as out:
        sheet = Sheet(wanted.what, out) if wanted.form == "csv" else None
        async for item in _items(services, account, wanted, step):
            if sheet:
                sheet.write(item)
            else:
                out.write(json.dumps(item) + "\n")
            lines += 1
    return Result(None, count_of(lines, wanted.what.removesuffix("s")))


async def _items(
    services: Services, account: AccountId, wanted: Wanted, step: Step
) -> AsyncIterator[Mapping[str, Any]]:
    if wanted.what != "pages":
        async for item in all_items(services, VIEWS[wanted.what], request({"account": account}, query=wanted.bounds)):
            yield item
        return
    async for page in _pages(services, account):
        step(page.sequence, page.sequence)
        yield {"hash": page.hash, **page.facts}


async def _pages(services: Services, account: AccountId) -> AsyncIterator[Page]:
    """Every stored page. The head has the last page's number, but pages must be exported even if it is lost."""
    first = 1
    while found := [
        page async for page in reads.pages(services.ledger.table, account, first, first + PAGES_AT_ONCE - 1)
    ]:
        for page in found:
            yield page
        first += PAGES_AT_ONCE
    if first == 1:
        raise refused(UNKNOWN_ACCOUNT)


@contextmanager
def _target(path: Path | None) -> Iterator[TextIO]:
    """stdout, or a file, which gets its name when it is complete. A file that cannot be written is wrong usage."""
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        out = unfinished.open("w", newline="")
    except OSError as wrong:
        message = f"cannot write {unfinished}: {wrong.strerror}"
        raise click.BadParameter(message, click.get_current_context(), param_hint="'--output'") from wrong
    with out:
        yield out
    unfinished.replace(path)
