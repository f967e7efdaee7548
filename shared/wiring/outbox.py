"""Where the messages of the outbox go: to their queue, or into a table."""

import json

from shared.ports import CallRecords, Queues, Suspense
from shared.posting.loop.record_message import CALL_RECORDS
from shared.posting.outbox import OutgoingMessage, Send
from shared.use_cases.usage import suspend
from shared.use_cases.usage.fill_call_records import fill_call_records


def sender(suspense: Suspense, records: CallRecords, queues: Queues) -> Send:
    """Sends one message of the outbox."""

    async def send(message: OutgoingMessage) -> None:
        """Write a message for suspense or call records into its table, send every other one to its queue."""
        if message.queue == suspend.QUEUE:
            await suspend.fill_suspense(suspense, message)
        elif message.queue == CALL_RECORDS:
            await fill_call_records(records, queues, message)
        else:
            await queues.send(message.queue, _with_private(message))

    return send


def _with_private(message: OutgoingMessage) -> str:
    """The text for a queue. Unlike a page, a queue may hold the private part: its messages end."""
    return json.dumps({**json.loads(message.text), "private": message.private}) if message.private else message.text
