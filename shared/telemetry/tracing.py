"""Spans, and how a trace goes on behind a queue: in a message's field `traceparent` (W3C Trace Context).

A span's attributes and errors hold no words that came from outside: an exception's text might repeat what it met.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.telemetry.instruments import NAME

TRACER = trace.get_tracer(NAME)
TRACEPARENT = "traceparent"

_W3C = TraceContextTextMapPropagator()
_SILENT = nullcontext(trace.INVALID_SPAN)
"""Where nobody listens a span is nothing; calls must not pay for it."""


def trace_field() -> dict[str, str]:
    """The field with which a message takes the present trace along; nothing when there is no trace."""
    if not here().is_valid:
        return {}
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return {TRACEPARENT: carrier[TRACEPARENT]}


def here() -> SpanContext:
    """Where we are; invalid outside any trace."""
    return trace.get_current_span().get_span_context()


def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    *,
    parent: object = None,
    links: Sequence[SpanContext] = (),
    attributes: Mapping[str, str | int] | None = None,
) -> AbstractContextManager[Span]:
    """A span around what is done inside. *parent*: the span, or the `traceparent` as it came, behind which it goes on;
    what is none is passed over, and the span belongs to whoever calls.
    """
    behind = _context_of(parent) if parent else None
    if behind is not None and here().is_valid:
        links = [*links, here()]  # whoever delivers has a trace of its own
    started = TRACER.start_span(name, behind, kind, attributes, [Link(each) for each in links])
    return _around(started) if started.get_span_context().is_valid else _SILENT


@contextmanager
def _around(started: Span) -> Iterator[Span]:
    with trace.use_span(started, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield started
        except Exception as error:
            started.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def _context_of(parent: object) -> Context | None:
    """The context behind *parent*; None when it is no place in a trace."""
    if isinstance(parent, SpanContext):
        behind = trace.set_span_in_context(trace.NonRecordingSpan(parent), Context())
    elif isinstance(parent, str):
        behind = _W3C.extract({TRACEPARENT: parent}, Context())
    else:
        return None
    return behind if trace.get_current_span(behind).get_span_context().is_valid else None
