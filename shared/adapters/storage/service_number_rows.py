"""The stored form of service numbers: a row for each number, and an index entry for each registration of an account."""

import json
from collections.abc import Mapping
from datetime import datetime

from shared.kernel.ids import AccountId, digest
from shared.kernel.times import instant_text, parse_instant
from shared.ports import Row, Value
from shared.rating.service_numbers import History, NumberKind, NumberUse, Registration

NUMBERS = "numbers"
"""The partition of all numbers' rows. A row is read once a minute and process at most, and hardly ever written."""

INDEX, ENDED = "r:", "x:"
"""In an account's partition: its registrations, and those that have ended. Followed by the registration's id."""

KEY, DIGITS = "key", "digits"
REGISTRATIONS = "registrations"

_LENGTH = 48


def key_of(digits: str) -> str:
    """The row key of a number: a digest, because keys are logged (R27)."""
    return digest("service number", digits)[:_LENGTH]


def written(history: History) -> Mapping[str, Value]:
    """The properties of a number's row."""
    facts = [
        [each.id, each.account, each.kind, each.use, instant_text(each.from_), _text(each.until)] for each in history
    ]
    return {REGISTRATIONS: json.dumps(facts, separators=(",", ":"))}


def read_history(row: Row | None) -> History:
    """The registrations in a number's row; none if there is no row."""
    facts = json.loads(str(row.values[REGISTRATIONS])) if row else []
    return tuple(
        Registration(
            id=name,
            account=AccountId(account),
            kind=NumberKind(kind),
            use=NumberUse(use),
            from_=parse_instant(from_),
            until=parse_instant(until) if until else None,
        )
        for name, account, kind, use, from_, until in facts
    )


def index_values(digits: str) -> Mapping[str, Value]:
    """The properties of an index entry. The number is shown to its account, and removed when it is released."""
    return {KEY: key_of(digits), DIGITS: digits}


def read_index(row: Row) -> tuple[str, str]:
    """The registration's id and the number's digits."""
    return row.key.removeprefix(INDEX), str(row.values[DIGITS])


def _text(instant: datetime | None) -> str:
    return instant_text(instant) if instant else ""
