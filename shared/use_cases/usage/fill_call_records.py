"""Fill the table of call records from the outbox: never by walking the journal (R20)."""

import json

from shared.kernel.ids import AccountId
from shared.kernel.times import parse_instant
from shared.ledger.call_record import CallRecord
from shared.ports import CallRecords, Queues
from shared.posting.outbox import OutgoingMessage
from shared.use_cases.reports.current_sums import PAGES_BEHIND, request_roll_up


async def fill_call_records(records: CallRecords, queues: Queues, message: OutgoingMessage) -> None:
    """Write the records of one commit. If the message is sent again, nothing changes. Now and then the account's sums
    are brought up to date as well, so that no report has to add many pages. Raises `UnavailableError`.
    """
    facts = json.loads(message.text)
    sequence = int(facts["id"].split(".")[1])
    found = [
        CallRecord(key, parse_instant(started_at), said, numbers, is_gone)
        for key, started_at, said, numbers, is_gone in json.loads(message.private)
    ]
    account = AccountId(facts["account"])
    await records.put(account, sequence, found)
    if sequence % PAGES_BEHIND == 0:
        await request_roll_up(queues, account)
