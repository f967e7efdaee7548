"""Fill the table of call records from the outbox: never by walking the journal (R20)."""

import json
from collections.abc import Sequence

from shared.kernel.ids import AccountId
from shared.kernel.times import parse_instant
from shared.ledger.call_record import CallRecord
from shared.ports import CallRecords, Queues
from shared.posting.outbox import OutgoingMessage
from shared.use_cases.reports.current_sums import PAGES_BEHIND, request_roll_up


async def fill_call_records(records: CallRecords, queues: Queues, messages: Sequence[OutgoingMessage]) -> None:
    """Write the records of commits of one account. If messages are sent again, nothing changes. Now and then the
    account's sums are brought up to date as well, so that no report has to add many pages. Raises `UnavailableError`.
    """
    said: dict[int, list[CallRecord]] = {}
    for message in messages:
        facts = json.loads(message.text)
        said[int(facts["id"].split(".")[1])] = [
            CallRecord(key, parse_instant(started_at), told, numbers, is_gone)
            for key, started_at, told, numbers, is_gone in json.loads(message.private)
        ]
    account = AccountId(facts["account"])
    await records.put(account, said)
    if (min(said) - 1) // PAGES_BEHIND < max(said) // PAGES_BEHIND:
        await request_roll_up(queues, account)
