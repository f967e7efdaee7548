"""Telemetry to Application Insights, without a key: the exporter reads `APPLICATIONINSIGHTS_AUTHENTICATION_STRING`.

The distro is configured here and not by Azure's worker (which would do it for
`PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY`), because the worker's way adds a span for every request to the storage:
hundreds for a night's audit, each with row keys in its address.
"""

import logging
from collections.abc import Mapping

from azure.monitor.opentelemetry import configure_azure_monitor
from opentelemetry.sdk._logs import LogRecordProcessor, ReadWriteLogRecord

from shared.telemetry.log_lines import stamp
from shared.telemetry.redaction import redacted

LIBRARIES = ("azure_sdk", "django", "fastapi", "flask", "httpx", "httpx2", "psycopg2", "requests", "urllib", "urllib3")
"""Whatever the distro would look into by itself. Our own spans say what is worth saying."""

ROOT, NOBODY = "", "communications_credits.nobody"
"""The logger whose records are sent."""


class Redacting(LogRecordProcessor):
    """Takes phone numbers out of a record before it is sent (R27)."""

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        """Its words, and those of its exception."""
        record = log_record.log_record
        if isinstance(record.body, str):
            record.body = redacted(record.body)
        record.attributes = {
            name: redacted(value) if isinstance(value, str) else value
            for name, value in (record.attributes or {}).items()
        }

    def shutdown(self) -> None:
        """Nothing to end."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002 - the interface's
        """Nothing is held back."""
        return True


def start(environment: Mapping[str, str]) -> None:
    """Send spans, metrics and log records from here on. Log records only when the worker has been told, by
    `PYTHON_ENABLE_OPENTELEMETRY`, to leave them to us: else the host writes them down, and twice is once too often.
    """
    is_ours = environment.get("PYTHON_ENABLE_OPENTELEMETRY", "").lower() in {"1", "true"}
    configure_azure_monitor(
        logger_name=ROOT if is_ours else NOBODY,
        instrumentation_options={name: {"enabled": False} for name in LIBRARIES},
        log_record_processors=[Redacting()],
        enable_live_metrics=False,
        enable_performance_counters=False,
    )
    for handler in logging.getLogger().handlers if is_ours else ():
        handler.addFilter(stamp)
