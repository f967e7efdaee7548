"""Log lines: one JSON object each, with the work it belongs to. The standard library logs; this only writes it down."""

import json
import logging
from datetime import UTC, datetime

from opentelemetry.trace import format_span_id, format_trace_id

from shared.kernel.times import instant_text
from shared.telemetry.correlation import correlation
from shared.telemetry.redaction import redacted
from shared.telemetry.tracing import here


def stamp(record: logging.LogRecord) -> bool:
    """A filter that lets everything pass and adds `correlation`, for handlers that send a record's own fields."""
    record.correlation = correlation()
    return True


class JsonLines(logging.Formatter):
    """`time`, `level`, `logger`, `message`; `correlation`, `trace` and `span` where there are such; `error`: the
    traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        place = here()
        line = {
            "time": instant_text(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(record.getMessage()),
            "correlation": correlation(),
            "trace": format_trace_id(place.trace_id) if place.is_valid else "",
            "span": format_span_id(place.span_id) if place.is_valid else "",
            "error": redacted(self.formatException(record.exc_info)) if record.exc_info else "",
        }
        return json.dumps({name: text for name, text in line.items() if text})
