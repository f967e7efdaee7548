"""Where the messages of the outbox go: to their queue, or into a table."""

import json
from collections.abc import Sequence

from shared.ports import CallRecords, Queues, Suspense
from shared.posting.outbox import OutgoingMessage, Record, Send
from shared.use_cases.usage import suspend
from shared.use_cases.usage.fill_call_records import fill_call_records


def sender(suspense: Suspense, queues: Queues) -> Send:
    """Sends one message of the outbox."""

    async def send(message: OutgoingMessage) -> None:
        """Write a message for suspense into its table, send every other one to its queue."""
        if message.queue == suspend.QUEUE:
            await suspend.fill_suspense(suspense, message)
        else:
            await queues.send(message.queue, _with_private(message))

    return send


def recorder(records: CallRecords, queues: Queues) -> Record:
    """Stores the records of calls in messages of the outbox."""

    async def record(messages: Sequence[OutgoingMessage]) -> None:
        await fill_call_records(records, queues, messages)

    return record


def _with_private(message: OutgoingMessage) -> str:
    """The text for a queue. Unlike a page, a queue may hold the private part: its messages end."""
    return json.dumps({**json.loads(message.text), "private": message.private}) if message.private else message.text
