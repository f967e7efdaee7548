"""Records telemetry with OpenTelemetry's SDK in memory for one test, and restores the API's proxies afterwards."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.telemetry.instruments import METER
from shared.telemetry.log_lines import JsonLines
from shared.telemetry.tracing import TRACER

LABELS = frozenset({"queue", "reason", "outcome", "limit", "currency", "kind", "question"})
"""The attributes of metrics in docs/observability.md. Alarms and queries use these names, so others would be missed."""


class TelemetryRecorder:
    """The spans, metrics and log lines recorded so far."""

    def __init__(self) -> None:
        self._exporter, self._reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.traces = TracerProvider(shutdown_on_exit=False)
        self.traces.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.meters = MeterProvider([self._reader], shutdown_on_exit=False)
        self.lines: list[str] = []
        self._metrics: dict[tuple[Any, ...], Any] = {}

    def spans(self, name: str = "") -> list[ReadableSpan]:
        """The finished spans, oldest first."""
        return [span for span in self._exporter.get_finished_spans() if name in ("", span.name)]

    def metrics(self) -> dict[tuple[Any, ...], Any]:
        """Values by (name, attribute ...); for a histogram, count and sum."""
        found = self._reader.get_metrics_data()
        for resource in found.resource_metrics if found else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    for point in metric.data.data_points:
                        assert LABELS.issuperset(point.attributes or {}), (metric.name, point.attributes)
                        value = getattr(point, "value", None)
                        if value is None:
                            value = (getattr(point, "count", 0), getattr(point, "sum", 0))
                        self._metrics[metric.name, *(point.attributes or {}).values()] = value
        return self._metrics

    def everything(self) -> str:
        """All log lines, spans and metrics as text."""
        spans = [span.to_json() for span in self.spans()]
        return "\n".join([*self.lines, *spans, json.dumps([str(each) for each in self.metrics().items()])])


class Lines(logging.Handler):
    """Records every log line in the service's format."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


@pytest.fixture
def recorder(monkeypatch) -> Iterator[TelemetryRecorder]:
    """Record telemetry until the end of the test."""
    made, meter, tracer = TelemetryRecorder(), vars(METER), vars(TRACER)
    monkeypatch.setitem(meter, "_real_meter", None)
    for instrument in meter["_instruments"]:
        monkeypatch.setattr(instrument, "_real_instrument", None)
    monkeypatch.setitem(tracer, "_real_tracer", made.traces.get_tracer("recording"))
    METER.on_set_meter_provider(made.meters)  # type: ignore[attr-defined]
    handler = Lines(made.lines)
    logging.getLogger().addHandler(handler)
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    made.metrics()  # discard measurements of earlier tests
    made._metrics.clear()
    yield made
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(level)
    made.meters.shutdown()
    made.traces.shutdown()
