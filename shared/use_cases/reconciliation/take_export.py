"""Take a carrier's export, and say what the comparison found (R29, CONTRACT 2)."""

import json
import re
import uuid
from dataclasses import replace
from datetime import timedelta

from shared.kernel.times import instant_text
from shared.ports import ReceiptState
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.readers.formats import FORMATS
from shared.service.http import Flaw, ProblemError, Reply, Request, page_of, refused
from shared.service.query import OWN_NAME, choice_in, cursor_in, instant_in, names_on_page
from shared.service.services import Services
from shared.use_cases.imports.uploaded_file import profile_of_upload
from shared.use_cases.reconciliation.stored import (
    Reconciliation,
    add_reconciliation,
    change_reconciliation,
    read_page,
    read_reconciliation,
    reconciliations_of,
)
from shared.use_cases.reports.current_sums import REPORTS, RETRY_SECONDS
from shared.use_cases.reports.report_file import as_file
from shared.use_cases.reports.xlsx_rows import MEDIA_TYPE

SHEET, FORM = "reconciliations", "xlsx"

PATIENCE = timedelta(minutes=20)
"""How long a comparison may take. Then the work is asked for again: its message may be lost."""

LATER_SECONDS = 2
"""After so many seconds it is worth asking again how far a comparison is."""

UNDER_WAY = frozenset({ReceiptState.WAITING, ReceiptState.RUNNING})

_CURSOR = re.compile(r"[0-9]{1,6}")
_sheet = as_file(SHEET, FORM)


async def take_export(services: Services, request: Request) -> Reply:
    """202: the body is kept as it is, and compared behind the answer. Whether it can be read, the state says."""
    if await services.terms(request.account) is None:
        raise refused(UNKNOWN_ACCOUNT)
    form = choice_in(request, "format", tuple(FORMATS))
    first, end = instant_in(request, "from"), instant_in(request, "to")
    if form is None or first is None or end is None:
        raise ProblemError("invalid_request", "format, from and to are required", _missing(request))
    if end <= first:
        raise ProblemError("invalid_request", "to is after from", (Flaw("/to", "invalid", "later than from"),))
    profile = await profile_of_upload(services, request, form)
    now = services.clock.now()
    name = f"{now:%Y%m%d%H%M%S%f}-{uuid.uuid4()}"
    new = Reconciliation(name, request.account, form, first, end, now, profile)
    await services.usage_files.put(new.blob, request.body)
    await add_reconciliation(services, new)
    await _ask(services, new)
    address = f"/api/v1/accounts/{new.account}/reconciliations/{new.id}"
    return Reply(202, _with_page(new, [], None), {"Location": address, **_later(new)})


async def list_reconciliations(services: Services, request: Request) -> Reply:
    """200 with every reconciliation of the account, oldest first unless `order=desc`, without its differences."""
    if await services.terms(request.account) is None:
        raise refused(UNKNOWN_ACCOUNT)
    found = {each.id: each for each in await reconciliations_of(services, request.account)}
    shown = [_json(found[name]) for name in names_on_page(request, found, OWN_NAME)]
    return Reply(200, page_of(shown, request.limit()))


async def show_reconciliation(services: Services, request: Request) -> Reply:
    """200 with the state, and 1,000 differences. A comparison that takes too long is asked for again."""
    number = int(cursor_in(request, _CURSOR) or "0")
    found = await _found(services, request)
    page = await read_page(services, found, number)
    following = str(number + 1) if number + 1 < found.pages else None
    return Reply(200, _with_page(found, page, following), _later(found))


async def show_dispute_sheet(services: Services, request: Request) -> Reply:
    """The differences as a workbook, as reports are: 200 with the file, or 202 until it is there, then 303 to a link.
    ProblemError `export_unreadable` where there is nothing to compare: the reconciliation exists, its sheet never will.
    """
    found = await _found(services, request)
    if found.state in UNDER_WAY:
        return Reply(202, b"", {"Retry-After": str(RETRY_SECONDS)}, MEDIA_TYPE)
    if found.state is ReceiptState.FAILED:
        raise ProblemError("export_unreadable", f"nothing was compared: {found.detail}")
    return await _sheet(services, request)


def _later(of: Reconciliation) -> dict[str, str]:
    return {"Retry-After": str(LATER_SECONDS)} if of.state in UNDER_WAY else {}


async def _found(services: Services, request: Request) -> Reconciliation:
    name = request.path["reconciliation"]
    found = await read_reconciliation(services, request.account, name) if OWN_NAME.fullmatch(name) else None
    if found is None:
        raise ProblemError("not_found", "there is no such reconciliation")
    now = services.clock.now()
    if found.state in UNDER_WAY and now >= found.at + PATIENCE:
        again = await change_reconciliation(services, replace(found, at=now))
        if again is not None:
            await _ask(services, again)
    return found


async def _ask(services: Services, of: Reconciliation) -> None:
    message = {"kind": "reconciliation", "account": of.account, "id": of.id}
    await services.queues.send(REPORTS, json.dumps(message))


def _missing(request: Request) -> tuple[Flaw, ...]:
    names = (name for name in ("format", "from", "to") if name not in request.query)
    return tuple(Flaw(f"/{name}", "missing", "give a value") for name in names)


def _with_page(of: Reconciliation, page: list[dict[str, object]], following: str | None) -> dict[str, object]:
    return _json(of) | {"differences": page, "next": following}


def _json(of: Reconciliation) -> dict[str, object]:
    return {
        "id": of.id,
        "state": of.state.value,
        "format": of.format,
        "from": instant_text(of.first),
        "to": instant_text(of.end),
        "at": instant_text(of.at),
        "read": of.read,
        "matched": of.matched,
        "skipped": of.skipped,
        "counts": dict(of.counts),
        "amounts": dict(of.amounts),
        "detail": of.detail or None,
    }
