"""Fill the table of call records from the outbox: never by walking the journal (R20)."""

import json

from shared.kernel.ids import AccountId
from shared.kernel.times import parse_instant
from shared.ledger.call_record import CallRecord
from shared.ports import CallRecords
from shared.posting.outbox import OutgoingMessage


async def fill_call_records(records: CallRecords, message: OutgoingMessage) -> None:
    """Write the records of one commit. If the message is sent again, nothing changes. Raises `UnavailableError`."""
    facts = json.loads(message.text)
    sequence = int(facts["id"].split(".")[1])
    found = [
        CallRecord(key, parse_instant(started_at), said, numbers, is_gone)
        for key, started_at, said, numbers, is_gone in json.loads(message.private)
    ]
    await records.put(AccountId(facts["account"]), sequence, found)
