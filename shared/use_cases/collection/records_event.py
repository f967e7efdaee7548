"""Records of a telephony system -> events of the type `credits.usage.records.v1` (CONTRACT 6), as queue messages."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.kernel.ids import digest

QUEUE = "usage"
EVENT_TYPE = "credits.usage.records.v1"

PAYLOAD_BYTES_MAX = 48 * 1024
"""The most bytes of a message. In base64, which doubles as the queue's own limit, these are 64 KiB."""

ENVELOPE_BYTES_MAX = 1024
"""More than everything in an event but its records."""

RECORD_BYTES_MAX = PAYLOAD_BYTES_MAX - ENVELOPE_BYTES_MAX
"""The longest record that a message can hold, as JSON."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where records come from. *source* names the collector in the envelope. A record's own identity does not depend on
    it, so a record that arrives on several ways is booked once. *account* or *profile* says who pays.
    """

    source: str
    format: str
    account: str | None = None
    profile: str | None = None

    def facts(self) -> Mapping[str, str]:
        """The members of `data` except the records."""
        named = {"format": self.format, "account": self.account, "profile": self.profile}
        return {name: value for name, value in named.items() if value is not None}


def record_text(record: object) -> str:
    """A record as JSON in ASCII: every character of it may stand in a queue message."""
    return json.dumps(record, separators=(",", ":"), allow_nan=False)


def messages(origin: Origin, records: Sequence[str]) -> Iterator[str]:
    """The queue messages that carry *records*, each a JSON text of at most `RECORD_BYTES_MAX`. The same records give
    the same messages, so that a repetition can be recognised.
    """
    for portion in _portions(records):
        listed = ",".join(portion)
        envelope = {"specversion": "1.0", "type": EVENT_TYPE, "source": origin.source, "id": digest(listed)}
        data = json.dumps(origin.facts(), separators=(",", ":")).removesuffix("}")
        yield f'{record_text(envelope).removesuffix("}")},"data":{data},"records":[{listed}]}}}}'


def _portions(records: Sequence[str]) -> Iterator[Sequence[str]]:
    """*records* in order, in runs of at most `RECORD_BYTES_MAX` with their commas."""
    portion: list[str] = []
    size = 0
    for record in records:
        if portion and size + len(record) + 1 > RECORD_BYTES_MAX:
            yield portion
            portion, size = [], 0
        portion.append(record)
        size += len(record) + 1
    if portion:
        yield portion
