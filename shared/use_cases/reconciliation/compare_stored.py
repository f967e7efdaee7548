"""The comparison that a request asked for: done by the queue, in bounded memory (R29)."""

import uuid
from asyncio import to_thread
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.kernel.ids import AccountId
from shared.ports import ReceiptState, UnavailableError
from shared.readers.row import UnreadableFileError
from shared.service.services import Services
from shared.use_cases.reconciliation.compare_export import Compared, Export, Period, compare_export
from shared.use_cases.reconciliation.shown import Amounts, difference_json
from shared.use_cases.reconciliation.stored import (
    DIFFERENCES_AT_ONCE,
    Reconciliation,
    change_reconciliation,
    read_reconciliation,
    write_page,
)
from shared.use_cases.reconciliation.workspace import Workspace
from shared.use_cases.usage.read_events import Source, reading_of
from shared.use_cases.usage.source_profile import ProfileMissingError

ENDED = frozenset({ReceiptState.DONE, ReceiptState.FAILED})


class _FailedError(Exception):
    """The export cannot be compared; the message says why."""


async def compare_stored(services: Services, account: AccountId, name: str) -> None:
    """Compare the export of reconciliation *name*, and store what differs. One that has ended is left as it is. Of two
    runs the later one counts. Raises `UnavailableError`; then the queue delivers the message again.
    """
    found = await read_reconciliation(services, account, name)
    if found is None or found.state in ENDED:
        return
    running = await change_reconciliation(services, replace(found, state=ReceiptState.RUNNING))
    if running is None:
        raise UnavailableError("another run takes over the same reconciliation")
    try:
        ended = await _compared(services, running)
    except (_FailedError, UnreadableFileError, ProfileMissingError) as flaw:
        ended = replace(running, state=ReceiptState.FAILED, detail=str(flaw))
    await change_reconciliation(services, ended)


async def _compared(services: Services, running: Reconciliation) -> Reconciliation:
    source = Source(format=running.format, account=running.account, profile=running.profile)
    reading = await reading_of(services, source)
    period = Period(running.account, running.first, running.end)
    with TemporaryDirectory() as folder, (Path(folder) / "export").open("w+b") as file:
        if not await services.usage_files.fetch(running.blob, file):
            raise _FailedError("the export is not kept any more")
        file.seek(0)
        workspace = Workspace(Path(folder) / "calls")
        try:
            compared = await compare_export(services, period, Export(file, reading), workspace, lambda: None)
            return await _stored(services, running, compared, workspace)
        finally:
            workspace.close()


async def _stored(
    services: Services, running: Reconciliation, compared: Compared, workspace: Workspace
) -> Reconciliation:
    """The reconciliation as it ended, with its differences in blobs."""
    terms = await services.terms(running.account)
    currency = terms.currency if terms else ""
    blobs = f"reconciliations/{running.id}/{uuid.uuid4().hex}"
    counts: Counter[str] = Counter()
    amounts = Amounts()
    differences, number = workspace.differences(), 0
    while portion := await to_thread(lambda: list(islice(differences, DIFFERENCES_AT_ONCE))):
        for each in portion:
            counts[each.kind.value] += 1
            amounts.add(each)
        await write_page(services, blobs, number, [difference_json(each, currency) for each in portion])
        number += 1
    return replace(
        running,
        state=ReceiptState.DONE,
        read=compared.read,
        matched=compared.matched,
        skipped=compared.skipped,
        counts=counts,
        amounts=amounts.json(currency),
        blobs=blobs,
    )
