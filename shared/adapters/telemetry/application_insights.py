"""Telemetry to Application Insights, without a key: the exporter reads `APPLICATIONINSIGHTS_AUTHENTICATION_STRING`.

The distro is configured here and not by Azure's worker (with `PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY`), because
the worker would add a span for every request to the storage: hundreds for a nightly audit, each with row keys in its
URL.
"""

import logging
from collections.abc import Mapping

from azure.monitor.opentelemetry import configure_azure_monitor
from opentelemetry.sdk._logs import LogRecordProcessor, ReadWriteLogRecord

from shared.telemetry.log_lines import add_correlation
from shared.telemetry.redaction import redacted

LIBRARIES = ("azure_sdk", "django", "fastapi", "flask", "httpx", "httpx2", "psycopg2", "requests", "urllib", "urllib3")
"""The libraries that the distro would instrument. This is switched off: the service's own spans are enough."""

ROOT, NOBODY = "", "communications_credits.nobody"
"""Names of the logger whose records are sent: all loggers, or one that does not exist."""


class Redacting(LogRecordProcessor):
    """Removes phone numbers from a log record before it is sent (R27)."""

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        """Redact the message and the attributes, which include the text of the exception."""
        record = log_record.log_record
        if isinstance(record.body, str):
            record.body = redacted(record.body)
        record.attributes = {
            name: redacted(value) if isinstance(value, str) else value
            for name, value in (record.attributes or {}).items()
        }

    def shutdown(self) -> None:
        """There is nothing to shut down."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002 - the interface's
        """Nothing is buffered."""
        return True


def start(environment: Mapping[str, str]) -> None:
    """Send spans and metrics from now on. Log records are sent only with `PYTHON_ENABLE_OPENTELEMETRY`: without it, the
    worker passes them to the host, which sends them, and they would be there twice.
    """
    sends_logs = environment.get("PYTHON_ENABLE_OPENTELEMETRY", "").lower() in {"1", "true"}
    configure_azure_monitor(
        logger_name=ROOT if sends_logs else NOBODY,
        instrumentation_options={name: {"enabled": False} for name in LIBRARIES},
        log_record_processors=[Redacting()],
        enable_live_metrics=False,
        enable_performance_counters=False,
    )
    for handler in logging.getLogger().handlers if sends_logs else ():
        handler.addFilter(add_correlation)
