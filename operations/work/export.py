"""Everything of one kind about one account, a line each."""

import json
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from operations.answer import Answer
from operations.progress import Step, progress
from operations.requests import every, request
from operations.work.sheet import Sheet
from shared.kernel.ids import AccountId
from shared.posting import reading
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import refused
from shared.service.services import Services
from shared.views.lots import list_lots
from shared.views.movements import list_movements
from shared.views.purchases import list_purchases

VIEWS = {"movements": list_movements, "lots": list_lots, "purchases": list_purchases}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is exported, in which form, between which instants, and whereto (None: stdout)."""

    what: str
    form: str
    bounds: Mapping[str, str]
    output: Path | None


async def export_account(services: Services, account: AccountId, wanted: Wanted) -> Answer:
    """Write it all, and say how many lines; refuses an unknown account."""
    if await services.ledger.read(account) is None:
        raise refused(UNKNOWN_ACCOUNT)
    lines = 0
    with progress(f"exporting {wanted.what}") as step, _target(wanted.output) as out:
        sheet = Sheet(wanted.what, out) if wanted.form == "csv" else None
        async for item in _items(services, account, wanted, step):
            if sheet:
                sheet.write(item)
            else:
                out.write(json.dumps(item) + "\n")
            lines += 1
    return Answer(None, f"{lines} {wanted.what}")


async def _items(
    services: Services, account: AccountId, wanted: Wanted, step: Step
) -> AsyncIterator[Mapping[str, Any]]:
    if wanted.what != "pages":
        async for item in every(services, VIEWS[wanted.what], request({"account": account}, query=wanted.bounds)):
            yield item
        return
    last = (await services.book(account)).position.sequence
    async for page in reading.pages(services.ledger.table, account, 1, last):
        step(page.sequence, last)
        yield {"hash": page.hash, **page.facts}


@contextmanager
def _target(path: Path | None) -> Iterator[TextIO]:
    """stdout, or a file that takes its name when it is whole."""
    if path is None:
        yield sys.stdout
        return
    unfinished = path.with_name(f"{path.name}.unfinished")
    with unfinished.open("w", newline="") as out:
        yield out
    unfinished.replace(path)
