"""Record usage: each call is debited exactly once, whatever else is in the message (R10, R24, CONTRACT 1)."""

from collections.abc import Sequence

from opentelemetry.trace import SpanKind

from shared.service.services import Services
from shared.telemetry.tracing import TRACEPARENT, span
from shared.use_cases.usage.message import Parsed, read_elements
from shared.use_cases.usage.read_events import read_events
from shared.use_cases.usage.reason import Nameless
from shared.use_cases.usage.record_items import record_items, suspend_items


async def record_usage(services: Services, message: bytes) -> None:
    """Book every event of *message*, or put it into suspense.

    Returning acknowledges the message, so it returns only when every event's marker is known to be written. Otherwise
    it raises `UnavailableError`; when the message is delivered again, events that are already booked are duplicates.
    """
    elements = read_elements(message)
    with span("usage", SpanKind.CONSUMER, parent=_sender(elements), attributes={"credits.events": len(elements)}):
        await record_items(services, await read_events(services, elements))


async def record_poison(services: Services, message: bytes) -> None:
    """Put every event of a message on which the queue has given up into suspense, unless it was booked."""
    elements = read_elements(message)
    attributes = {"credits.events": len(elements)}
    with span("usage-poison", SpanKind.CONSUMER, parent=_sender(elements), attributes=attributes):
        await suspend_items(services, await read_events(services, elements))


def _sender(elements: Sequence[Parsed | Nameless]) -> object:
    """The sender's `traceparent` (CloudEvents' distributed tracing extension). Several events may have different ones,
    so a message with more than one event begins a new trace.
    """
    only = elements[0] if len(elements) == 1 else None
    envelope = only.value if isinstance(only, Parsed) else None
    return envelope.get(TRACEPARENT) if isinstance(envelope, dict) else None
