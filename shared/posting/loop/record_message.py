"""The records of a commit's calls as one message of its outbox, whatever their number (R20).

The page names only how many there are. The records themselves are the private text of the outbox row, because they hold
whole phone numbers (R27).
"""

import json
from collections.abc import Sequence

from shared.kernel.times import instant_text
from shared.ledger.call_record import CallRecord
from shared.ledger.change import OutboxMessage

CALL_RECORDS = "call-records"
"""Not a storage queue: the outbox writes these messages to the table `Usage`, those of many commits together."""

_ENCODER = json.JSONEncoder(separators=(",", ":"))


def record_text(record: CallRecord) -> str:
    """One record as JSON."""
    facts, numbers = dict(record.facts), None if record.numbers is None else dict(record.numbers)
    return _ENCODER.encode([record.key, instant_text(record.started_at), facts, numbers, record.is_gone])


def records_message(account: str, texts: Sequence[str]) -> OutboxMessage:
    """The message with the records *texts*."""
    return OutboxMessage(CALL_RECORDS, {"account": account, "calls": len(texts)}, f"[{','.join(texts)}]")
