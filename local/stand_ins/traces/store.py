"""Stores the newest traces and the newest point of each metric, in memory only."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

TRACES_MAX = 200
"""The maximum number of traces, enough for a few minutes of manual tests. The oldest are dropped first."""

SPANS_MAX = 500
"""The maximum spans of one trace; a diagram with more would be unreadable."""

KINDS = {number: name.removeprefix("SPAN_KIND_").lower() for name, number in Span.SpanKind.items()}
ERROR = 2


class Collected:
    """Traces by id, the most recently updated last; metrics by name and attributes."""

    def __init__(self) -> None:
        self._traces: OrderedDict[str, list[dict[str, Any]]] = OrderedDict()
        self._metrics: dict[tuple[str, tuple[tuple[str, Any], ...]], dict[str, Any]] = {}

    def store_spans(self, body: bytes) -> None:
        """Store the spans of one export; raises `DecodeError` for an invalid body."""
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self._keep(span)

    def _keep(self, span: Span) -> None:
        trace = span.trace_id.hex()
        spans = self._traces.setdefault(trace, [])
        self._traces.move_to_end(trace)
        if len(spans) < SPANS_MAX:
            spans.append(_shown(span))
        while len(self._traces) > TRACES_MAX:
            self._traces.popitem(last=False)

    def store_metrics(self, body: bytes) -> None:
        """Store the points of one export; raises `DecodeError` for an invalid body."""
        request = ExportMetricsServiceRequest.FromString(body)
        for resource in request.resource_metrics:
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    self._points(metric)

    def _points(self, metric: Any) -> None:
        kind = metric.WhichOneof("data")
        for point in getattr(metric, kind).data_points:
            attributes = _plain(point.attributes)
            value = {"count": point.count, "sum": point.sum} if kind == "histogram" else _number(point)
            self._metrics[metric.name, tuple(sorted(attributes.items()))] = {
                "name": metric.name,
                "unit": metric.unit,
                "attributes": attributes,
                "value": value,
            }

    def traces(self) -> list[dict[str, Any]]:
        """Every trace, the most recently updated first, its spans by start time."""
        return [
            {"trace": trace, "spans": sorted(spans, key=lambda span: span["start"])}
            for trace, spans in reversed(self._traces.items())
        ]

    def metrics(self) -> list[dict[str, Any]]:
        """The newest point of each metric and set of attributes, sorted by name."""
        return [self._metrics[key] for key in sorted(self._metrics, key=str)]


def _shown(span: Span) -> dict[str, Any]:
    return {
        "span": span.span_id.hex(),
        "parent": span.parent_span_id.hex() or None,
        "name": span.name,
        "kind": KINDS[span.kind],
        "start": span.start_time_unix_nano / 1e6,
        "milliseconds": round((span.end_time_unix_nano - span.start_time_unix_nano) / 1e6, 3),
        "failed": span.status.message or "yes" if span.status.code == ERROR else None,
        "attributes": _plain(span.attributes),
        "links": [{"trace": link.trace_id.hex(), "span": link.span_id.hex()} for link in span.links],
    }


def _plain(attributes: Iterable[KeyValue]) -> Mapping[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value") or "string_value") for each in attributes}


def _number(point: Any) -> float:
    return getattr(point, point.WhichOneof("value"))
