"""Spans, and how a trace continues after a queue: with a message's field `traceparent` (W3C Trace Context).

Attributes and errors of spans contain no text from outside: an exception's message could contain any input.
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
_NO_SPAN = nullcontext(trace.INVALID_SPAN)
"""Used when spans are not recorded, so that they cost nothing."""


def trace_field() -> dict[str, str]:
    """The message field with the current trace; empty outside any trace."""
    if not current_span_context().is_valid:
        return {}
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return {TRACEPARENT: carrier[TRACEPARENT]}


def current_span_context() -> SpanContext:
    """The context of the current span; invalid outside any trace."""
    return trace.get_current_span().get_span_context()


def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    *,
    parent: object = None,
    links: Sequence[SpanContext] = (),
    attributes: Mapping[str, str | int] | None = None,
) -> AbstractContextManager[Span]:
    """A span around the work inside. *parent* is the span that it continues, or a received `traceparent`. If that is
    invalid, it is ignored, and the span is a child of the current one.
    """
    context = _context_of(parent) if parent else None
    if context is not None and current_span_context().is_valid:
        links = [*links, current_span_context()]  # the host that delivers a message has a trace of its own
    started = TRACER.start_span(name, context, kind, attributes, [Link(each) for each in links])
    return _around(started) if started.get_span_context().is_valid else _NO_SPAN


@contextmanager
def _around(started: Span) -> Iterator[Span]:
    with trace.use_span(started, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield started
        except Exception as error:
            started.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def _context_of(parent: object) -> Context | None:
    """The context with *parent* as the current span; None when *parent* is invalid."""
    if isinstance(parent, SpanContext):
        context = trace.set_span_in_context(trace.NonRecordingSpan(parent), Context())
    elif isinstance(parent, str):
        context = _W3C.extract({TRACEPARENT: parent}, Context())
    else:
        return None
    return context if trace.get_current_span(context).get_span_context().is_valid else None
