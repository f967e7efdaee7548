"""The content of an object of Amazon Chime -> records, as JSON texts."""

from collections.abc import Sequence

from shared.kernel.nesting import is_deep
from shared.ports import StoredObject
from shared.use_cases.collection.records_event import RECORD_BYTES_MAX, record_text
from shared.use_cases.usage.message import read_json
from shared.use_cases.usage.reason import Nameless, Reason, Unbookable

FORMAT = "chime-cdr"

OBJECT_BYTES_MAX = 64 * 1024
"""A record of Chime has about 1 kB. What is much larger is something else, and no row of suspense could hold it."""

STREAMING = "-SDRs"
"""How the folder of streaming records ends. They have the `TransactionId` of a call, but nobody pays for them by the
minute of telephony.
"""

NOT_JSON = "an object that is not JSON (I-JSON, RFC 7493)"
TOO_LONG = f"an object with a record of more than {RECORD_BYTES_MAX} bytes"


def is_call(where: StoredObject) -> bool:
    """Whether the object may hold records of calls: not a folder's mark, nor a streaming record."""
    folders, _, name = where.key.rpartition("/")
    return bool(name) and not any(folder.endswith(STREAMING) for folder in folders.split("/"))


def records_of(content: bytes) -> Sequence[str] | Nameless:
    """The records of an object: itself, or the elements of an array. Readers judge them; here they need only be JSON
    that a message can hold.
    """
    try:
        value = read_json(content)
        records = [record_text(record) for record in (value if isinstance(value, list) else [value])]
    except (ValueError, RecursionError):
        return Nameless(content, Unbookable(Reason.UNREADABLE, NOT_JSON))
    if is_deep(value) or any(len(record) > RECORD_BYTES_MAX for record in records):
        return Nameless(content, Unbookable(Reason.UNREADABLE, TOO_LONG))
    return records
