"""A sample of a format: a file, and what each of its records is."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.readers.formats import read_file
from shared.readers.profile import Reading
from shared.readers.row import Ignored, RefusedRecord, Row, Usage
from shared.use_cases.usage.source_profile import SourceProfile

ACCOUNT = "5f0c1f9e-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class Record:
    """What one record is: *what* in the words of `described`, and *why* it is that. *ends*: what becomes of an event,
    where it is not booked: a reason of suspense, or `duplicate`.
    """

    what: str
    why: str
    ends: str = "booked"

    @property
    def outcome(self) -> str:
        """What becomes of the record: `booked`, `duplicate`, or a reason."""
        word, _, rest = self.what.partition(" ")
        return rest.partition(" ")[0] if word in {"ignored", "refused"} else self.ends


@dataclass(frozen=True)
class Sample:
    """A file of *format*. *country* is that of the account, *profile* the source's."""

    name: str
    format: str
    content: bytes
    records: Sequence[Record]
    country: str = "US"
    profile: Mapping[str, Any] = field(default_factory=dict)

    def read(self) -> list[Row]:
        """What the reader makes of the file."""
        return list(read_file(io.BytesIO(self.content), self.reading()))

    def reading(self, account: str = ACCOUNT) -> Reading:
        """How it is read for *account*."""
        profile = SourceProfile(format=self.format, **self.profile).for_reading()
        return Reading(self.format, account, profile, countries={account: self.country})


def described(row: Row) -> str:
    """A row in one line: identity, direction, service, user, numbers, start, seconds, plan and place."""
    if isinstance(row, Ignored):
        return f"ignored {row.reason}"
    if isinstance(row, RefusedRecord):
        return f"refused {row.reason} {row.detail}"
    assert isinstance(row, Usage)
    data = row.event["data"] if isinstance(row.event.get("data"), Mapping) else {}
    fields = ("direction", "service", "user", "calling", "called", "startedAt", "durationSeconds")
    said = " ".join(str(data.get(name, "-")) for name in fields)
    plan = "/".join(data[name] for name in ("capability", "usageLocation", "leg") if name in data)
    return f"{row.event.get('id')}: {said} {plan}".rstrip()


def matches(row: Row, record: Record) -> bool:
    """Whether *row* is what the table says; `#` there stands for a digest."""
    pattern = re.escape(record.what).replace(r"\#", "[0-9a-f]{16,32}")
    return re.fullmatch(pattern, described(row)) is not None


def text(*lines: str) -> bytes:
    """Lines of a file."""
    return "\n".join((*lines, "")).encode()


def zipped(**members: bytes) -> bytes:
    """A zip file; a double underscore in a member's name is a dot."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return packed.getvalue()
