"""Import a file of usage: read in portions, resumed where it stopped, counted exactly (R10, R24, CONTRACT 6).

The receipt's row is the progress. It is replaced under its ETag when a run begins and after each portion, so that of
two runs of one file the later one continues: its message is the one that the queue will deliver again. A run gives way
after a while and sends itself a message, so that a host can stop between.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from tempfile import TemporaryFile
from typing import Annotated
from uuid import UUID

from pydantic import Field, ValidationError

from shared.kernel.ids import digest
from shared.ports import Receipt, ReceiptState, UnavailableError
from shared.readers.formats import read_file
from shared.readers.row import Row
from shared.service.services import Services
from shared.use_cases.imports.portion import added, next_portion, record_portion
from shared.use_cases.usage.message import Parsed
from shared.use_cases.usage.read_events import Source, imported_data, invalid, reading_of
from shared.use_cases.usage.reason import Nameless, Reason, Unbookable
from shared.use_cases.usage.record_items import record_rows
from shared.use_cases.usage.source_profile import ProfileMissingError

USAGE = "usage"

SECONDS_AT_ONCE = 30.0
"""How long one run reads, before it gives way."""

CLAIMS_MAX = 10
"""Tries to take over a file from other runs that begin or count at the same moment."""

ENDED = frozenset({ReceiptState.DONE, ReceiptState.FAILED})


class File(Source):
    """The data of an event that announces a file. *attempt* counts replays of a file that failed."""

    blob: Annotated[str, Field(min_length=1, max_length=1_024)]
    attempt: Annotated[int, Field(ge=0)] = 0


async def import_file(services: Services, element: Parsed) -> None:
    """Read the file that an event announces, from where an earlier run stopped. Raises `UnavailableError`; then the
    queue delivers the message again. What is no valid announcement is put into suspense.
    """
    file = read_announcement(element)
    if isinstance(file, Unbookable):
        await _suspend(services, element, file)
        return
    receipt = await services.imports.add(_receipt(services, element, file))
    if receipt.blob != file.blob or receipt.format != file.format:
        await _suspend(services, element, Unbookable(Reason.CONFLICT, "the same source and id announced another file"))
    elif receipt.state is ReceiptState.FAILED:
        await _suspend(services, element, Unbookable(Reason(receipt.reason), receipt.detail))  # it may not be there yet
    elif receipt.state is not ReceiptState.DONE:
        await _read(services, element, file, await _claimed(services, receipt))


async def bury_file(services: Services, element: Parsed) -> None:
    """Put the announcement of a file on which the queue has given up into suspense, unless it was read to its end. A
    replay continues it. A file that got further since the queue gave up before is announced again instead: the tries
    were interrupted, and did not fail.
    """
    file = read_announcement(element)
    flaw = file if isinstance(file, Unbookable) else Unbookable(Reason.POISON, "every try to read the file failed")
    if not isinstance(file, Unbookable):
        receipt = await services.imports.add(_receipt(services, element, file))
        if receipt.state not in ENDED and receipt.counts.read > receipt.given_up_at:
            await services.imports.change(replace(receipt, given_up_at=receipt.counts.read))
            await services.queues.send(USAGE, element.text)
        elif receipt.state not in ENDED:
            await _fail(services, element, receipt, flaw)
        return
    await _suspend(services, element, flaw)


async def restart_file(services: Services, element: Parsed) -> Unbookable | None:
    """Announce a file again whose announcement is in suspense; None when that is done. It is then read from where it
    stopped.
    """
    file = read_announcement(element)
    if isinstance(file, Unbookable):
        return file
    receipt = await services.imports.receipt(receipt_id(element))
    if receipt is not None and receipt.state is ReceiptState.FAILED:
        await services.imports.change(replace(receipt, state=ReceiptState.WAITING, reason="", detail=""))
    assert isinstance(element.value, dict), "it was read"
    data = {**file.model_dump(exclude_none=True), "attempt": file.attempt + 1}
    await services.queues.send(USAGE, json.dumps({**element.value, "data": data}))
    return None


def read_announcement(element: Parsed) -> File | Unbookable:
    """The data of the event, or what is wrong with it."""
    data = imported_data(element)
    if isinstance(data, Unbookable):
        return data
    try:
        return File.model_validate(dict(data))
    except ValidationError as error:
        return invalid(error)


def receipt_id(element: Parsed) -> str:
    """The receipt of an announced file: the event's id where it is a GUID, else a digest of source and id."""
    assert isinstance(element.value, dict), "it was read"
    source, name = str(element.value["source"]), str(element.value["id"])
    try:
        return str(UUID(name))
    except ValueError:
        return digest(source, name)[:32]


def _receipt(services: Services, element: Parsed, file: File) -> Receipt:
    return Receipt(
        id=receipt_id(element),
        blob=file.blob,
        format=file.format,
        received_at=services.clock.now(),
        account=file.account,
        profile=file.profile,
        sender=file.sender,
    )


async def _claimed(services: Services, receipt: Receipt) -> Receipt:
    """The receipt, taken over from any earlier run of this file: that one can no longer count."""
    for _ in range(CLAIMS_MAX):
        taken = await services.imports.change(replace(receipt, state=ReceiptState.RUNNING))
        if taken is not None:
            return taken
        receipt = await services.imports.add(receipt)
    raise UnavailableError("other runs take over the same file again and again")


async def _read(services: Services, element: Parsed, file: File, receipt: Receipt) -> None:
    with ExitStack() as stack:
        content = stack.enter_context(TemporaryFile())
        if not await services.usage_files.fetch(file.blob, content):
            await _fail(services, element, receipt, Unbookable(Reason.INVALID_FIELD, "blob: there is no such file"))
            return
        content.seek(0)
        try:
            reading = await reading_of(services, file)
        except ProfileMissingError as error:
            await _fail(services, element, receipt, Unbookable(Reason.INVALID_FIELD, f"profile: {error}"))
            return
        rows = stack.enter_context(closing(read_file(content, reading, receipt.counts.read)))
        await _read_rows(services, element, file, receipt, rows)


async def _read_rows(services: Services, element: Parsed, file: File, receipt: Receipt, rows: Iterator[Row]) -> None:
    """Record portion after portion, until the file ends or a later run has taken over; after a while give way."""
    clock = asyncio.get_running_loop().time
    gives_way_at = clock() + SECONDS_AT_ONCE
    while True:
        portion = next_portion(rows)
        counts = await record_portion(services, portion.rows, file, receipt.id, receipt.counts.read)
        receipt = replace(receipt, counts=added(receipt.counts, counts), state=ReceiptState.RUNNING)
        if portion.flaw:
            await _fail(services, element, receipt, Unbookable(Reason.UNREADABLE, portion.flaw))
            return
        if not portion.rows:
            await services.imports.change(replace(receipt, state=ReceiptState.DONE))
            return
        stored = await services.imports.change(receipt)
        if stored is None:
            return
        receipt = stored
        if clock() > gives_way_at:
            await services.queues.send(USAGE, element.text)
            return


async def _fail(services: Services, element: Parsed, receipt: Receipt, flaw: Unbookable) -> None:
    """End the receipt, and keep the announcement in suspense, where it can be replayed once the cause is removed. A
    later run that has taken over decides for itself.
    """
    ended = replace(receipt, state=ReceiptState.FAILED, reason=flaw.reason.value, detail=flaw.detail)
    if await services.imports.change(ended) is not None:
        await _suspend(services, element, flaw)


async def _suspend(services: Services, element: Parsed, flaw: Unbookable) -> None:
    await record_rows(services, [Nameless(element.text.encode("utf-8", "replace"), flaw)])
