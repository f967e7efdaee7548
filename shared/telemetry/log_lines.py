"""Log lines: one JSON object each, with its correlation id. The standard library logs; this only formats."""

import json
import logging
from datetime import UTC, datetime

from opentelemetry.trace import format_span_id, format_trace_id

from shared.kernel.times import instant_text
from shared.telemetry.correlation import correlation
from shared.telemetry.redaction import redacted
from shared.telemetry.tracing import current_span_context


def add_correlation(record: logging.LogRecord) -> bool:
    """A logging filter that accepts every record and adds `correlation`, for handlers that send a record's fields."""
    record.correlation = correlation()
    return True


class JsonLines(logging.Formatter):
    """Fields: `time`, `level`, `logger`, `message`; `correlation`, `trace`, `span` if there are any; `error`: the
    traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        context = current_span_context()
        line = {
            "time": instant_text(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(record.getMessage()),
            "correlation": correlation(),
            "trace": format_trace_id(context.trace_id) if context.is_valid else "",
            "span": format_span_id(context.span_id) if context.is_valid else "",
            "error": redacted(self.formatException(record.exc_info)) if record.exc_info else "",
        }
        return json.dumps({name: text for name, text in line.items() if text})
