"""The choice of the telemetry exporter by the environment, once for a process. Only the chosen one is imported."""

import logging
from collections.abc import Mapping

from opentelemetry.trace import ProxyTracerProvider, get_tracer_provider

log = logging.getLogger(__name__)


def start_telemetry(environment: Mapping[str, str]) -> None:
    """Send spans and metrics to Application Insights, to an OTLP receiver, or nowhere. If telemetry is already
    configured, for example by Azure's worker, nothing changes: two exporters would count everything twice.

    The service works without telemetry: a missing package is logged as an error, and calls are still booked.
    """
    if not isinstance(get_tracer_provider(), ProxyTracerProvider):
        return
    try:
        if environment.get("APPLICATIONINSIGHTS_CONNECTION_STRING"):
            from shared.adapters.telemetry import application_insights  # noqa: PLC0415 - only when it is chosen

            application_insights.start(environment)
        elif environment.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
            from shared.adapters.telemetry import otlp  # noqa: PLC0415 - as above

            otlp.start()
    except ImportError as absent:
        log.error("no telemetry: %s is not installed (extras azure-monitor, otlp)", absent.name)  # noqa: TRY400
