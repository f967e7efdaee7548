"""The environment selects the exporter of telemetry, which is set up once; the service works without one."""

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider

from shared.adapters import telemetry
from shared.adapters.telemetry import choice, otlp

ROOT = Path(__file__).parents[2]

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}

SAYS = """
import os, sys
from shared.adapters.telemetry.choice import start_telemetry
from opentelemetry.metrics import get_meter_provider
from opentelemetry.trace import get_tracer_provider
start_telemetry({})
print(type(get_tracer_provider()).__name__, any(name.startswith("opentelemetry.sdk") for name in sys.modules))
start_telemetry(os.environ)
chosen = get_tracer_provider()
start_telemetry(os.environ)
print(type(chosen).__name__, type(get_meter_provider()).__name__, chosen is get_tracer_provider())
print(chosen.resource.attributes["service.name"])
os._exit(0)  # nobody listens there: no last export
"""


def test_otlp_is_loaded_only_if_its_setting_is_set():
    done = subprocess.run(
        [sys.executable, "-c", SAYS],
        check=False,
        cwd=ROOT,
        env=ENDPOINT | {"PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "ProxyTracerProvider False",
        "TracerProvider MeterProvider True",
        "communications_credits",
    ]


class Collector(ThreadingHTTPServer):
    """An OTLP collector: *received* are the bodies of its requests, by path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.received: dict[str, bytes] = {}


class _Answers(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.received[self.path] = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the interface's
        """No output during tests."""


@pytest.fixture
def collector():
    with Collector() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def attributes_of(resource):
    return {each.key: each.value.string_value for each in resource.attributes}


def test_spans_and_metrics_are_sent_to_the_endpoint_with_the_services_name(collector, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_port}")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=example")
    chosen: dict[str, Any] = {}
    monkeypatch.setattr("opentelemetry.trace.set_tracer_provider", lambda made: chosen.update(traces=made))
    monkeypatch.setattr("opentelemetry.metrics.set_meter_provider", lambda made: chosen.update(meters=made))
    otlp.start()
    chosen["traces"].get_tracer("example").start_span("usage").end()
    chosen["meters"].get_meter("example").create_counter("debits").add(3)
    for provider in chosen.values():
        provider.shutdown()  # as at the end of a process
    (spans,) = ExportTraceServiceRequest.FromString(collector.received["/v1/traces"]).resource_spans
    (metrics,) = ExportMetricsServiceRequest.FromString(collector.received["/v1/metrics"]).resource_metrics
    for sent in (spans, metrics):
        assert (
            attributes_of(sent.resource).items()
            >= {
                "service.name": "communications_credits",
                "deployment.environment": "example",
            }.items()
        )
    assert [span.name for scope in spans.scope_spans for span in scope.spans] == ["usage"]
    assert [metric.name for scope in metrics.scope_metrics for metric in scope.metrics] == ["debits"]


@pytest.mark.parametrize(
    "environment", [ENDPOINT, {"APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=0"}], ids=["otlp", "azure"]
)
def test_an_existing_opentelemetry_configuration_is_kept(monkeypatch, environment):
    monkeypatch.setattr(choice, "get_tracer_provider", lambda: TracerProvider(shutdown_on_exit=False))
    monkeypatch.setitem(sys.modules, "shared.adapters.telemetry.application_insights", None)
    monkeypatch.setitem(sys.modules, "shared.adapters.telemetry.otlp", None)
    choice.start_telemetry(environment)


def _unload(monkeypatch, name):
    """Load the adapter again."""
    monkeypatch.delitem(sys.modules, f"shared.adapters.telemetry.{name}", raising=False)
    monkeypatch.delattr(telemetry, name, raising=False)


@pytest.fixture
def azure(monkeypatch):
    """Replace the distro by a fake that records its configuration, and load the adapter with it."""
    given: dict[str, Any] = {}
    distro = ModuleType("azure.monitor.opentelemetry")
    vars(distro)["configure_azure_monitor"] = lambda **options: given.update(options)
    monkeypatch.setitem(sys.modules, "azure.monitor", ModuleType("azure.monitor"))
    monkeypatch.setitem(sys.modules, "azure.monitor.opentelemetry", distro)
    _unload(monkeypatch, "application_insights")
    yield given
    sys.modules.pop("shared.adapters.telemetry.application_insights", None)
    vars(telemetry).pop("application_insights", None)


@pytest.mark.parametrize(
    ("worker", "logger"),
    [("true", ""), ("1", ""), ("", "communications_credits.nobody"), ("false", "communications_credits.nobody")],
)
def test_the_app_sends_log_records_only_if_the_worker_does_not(azure, worker, logger):
    chosen = {"APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=0", "PYTHON_ENABLE_OPENTELEMETRY": worker}
    choice.start_telemetry({**chosen, **ENDPOINT})
    assert azure["logger_name"] == logger
    assert {each["enabled"] for each in azure["instrumentation_options"].values()} == {False}


def test_a_log_record_is_sent_without_phone_numbers(azure):
    choice.start_telemetry({"APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=0"})
    (processor,) = azure["log_record_processors"]
    kept: Any = InMemoryLogRecordExporter()
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(processor)
    provider.add_log_record_processor(SimpleLogRecordProcessor(kept))
    attributes: dict[str, Any] = {"exception.message": "what about +442079460123", "tries": 3}
    provider.get_logger("example").emit(LogRecord(body="442079460123 failed", attributes=attributes))
    (sent,) = kept.get_finished_logs()
    assert sent.log_record.body == "… failed"
    assert dict(sent.log_record.attributes) == {"exception.message": "what about …", "tries": 3}


def test_a_flush_succeeds_without_waiting(azure):
    """A processor that returns False would end the flush of all others."""
    choice.start_telemetry({"APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=0"})
    (processor,) = azure["log_record_processors"]
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(processor)
    assert provider.force_flush()


def test_a_missing_exporter_package_is_logged_and_stops_nothing(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    _unload(monkeypatch, "otlp")
    choice.start_telemetry(ENDPOINT)
    assert "no telemetry: opentelemetry.sdk.trace is not installed" in caplog.text
