"""The environment chooses where telemetry goes; nobody is chosen twice, and without anybody the service works."""

import subprocess
import sys
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider

from shared.adapters import telemetry

ROOT = Path(__file__).parents[2]

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}

SAYS = """
import os, sys
from shared.adapters.telemetry import start_telemetry
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


def test_otlp_is_chosen_by_its_own_setting_once_and_loaded_only_then():
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


@pytest.mark.parametrize(
    "environment", [ENDPOINT, {"APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=0"}], ids=["otlp", "azure"]
)
def test_what_somebody_else_has_configured_stays(monkeypatch, environment):
    monkeypatch.setattr(telemetry, "get_tracer_provider", lambda: TracerProvider(shutdown_on_exit=False))
    monkeypatch.setitem(sys.modules, "shared.adapters.telemetry_azure", None)
    monkeypatch.setitem(sys.modules, "shared.adapters.telemetry_otlp", None)
    telemetry.start_telemetry(environment)


def test_a_package_that_is_missing_is_named_and_stops_nothing(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.delitem(sys.modules, "shared.adapters.telemetry_otlp", raising=False)
    telemetry.start_telemetry(ENDPOINT)
    assert "no telemetry: opentelemetry.sdk.trace is not installed" in caplog.text
