"""Record usage: each call is debited exactly once, whatever else is in the message (R10, R24, CONTRACT 1)."""

from collections.abc import Sequence

from opentelemetry.trace import SpanKind

from shared.service.services import Services
from shared.telemetry.tracing import TRACEPARENT, span
from shared.use_cases.imports.import_file import bury_file, import_file
from shared.use_cases.usage.message import Parsed, read_elements
from shared.use_cases.usage.read_events import FILE, read_events, type_of
from shared.use_cases.usage.reason import Nameless
from shared.use_cases.usage.record_items import record_items, suspend_items


async def record_usage(services: Services, message: bytes) -> None:
    """Book every event of *message*, or put it into suspense; then read the files that it announces.

    Returning acknowledges the message, so it returns only when every event's marker is known to be written. Otherwise
    it raises `UnavailableError`; when the message is delivered again, events that are already booked are duplicates,
    and a file is read from where it stopped.
    """
    elements = read_elements(message)
    with span("usage", SpanKind.CONSUMER, parent=_sender(elements), attributes={"credits.events": len(elements)}):
        events, files = _apart(elements)
        await record_items(services, await read_events(services, events))
        for file in files:
            await import_file(services, file)


async def record_poison(services: Services, message: bytes) -> None:
    """Put every event of a message on which the queue has given up into suspense, unless it was booked, and every file
    that was not read to its end.
    """
    elements = read_elements(message)
    attributes = {"credits.events": len(elements)}
    with span("usage-poison", SpanKind.CONSUMER, parent=_sender(elements), attributes=attributes):
        events, files = _apart(elements)
        await suspend_items(services, await read_events(services, events))
        for file in files:
            await bury_file(services, file)


def _apart(elements: Sequence[Parsed | Nameless]) -> tuple[list[Parsed | Nameless], list[Parsed]]:
    """The events, and the announcements of files."""
    files = [each for each in elements if isinstance(each, Parsed) and type_of(each) == FILE]
    return [each for each in elements if isinstance(each, Nameless) or type_of(each) != FILE], files


def _sender(elements: Sequence[Parsed | Nameless]) -> object:
    """The sender's `traceparent` (CloudEvents' distributed tracing extension). Several events may have different ones,
    so a message with more than one event begins a new trace.
    """
    only = elements[0] if len(elements) == 1 else None
    envelope = only.value if isinstance(only, Parsed) else None
    return envelope.get(TRACEPARENT) if isinstance(envelope, dict) else None
