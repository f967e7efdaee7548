"""What the record of a call says: written with the commit that books the call, and kept outside the journal (R20, R27).

Pages are kept for ever and hold no whole number. The record does, until its retention ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What a commit has to say of one call. *key* is the key of the call's own event, *started_at* its start: together
    they name the record. *facts* are what pages may hold, too; *numbers* what only the record may, None if this commit
    only corrects what was said before. *is_gone*: the call is now recorded under another start.
    """

    key: str
    started_at: datetime
    facts: Mapping[str, object]
    numbers: Mapping[str, object] | None = None
    is_gone: bool = False
