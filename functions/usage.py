"""Usage: calls on a queue."""

import azure.functions as func

from functions._queue import deliver
from shared.use_cases.usage import record_usage

blueprint = func.Blueprint()

AS_SENT = func.DataType.BINARY
"""Bytes, because Azure's host parses a message that it passes on as text. A JSON field such as `dequeueCount` or
`expirationTime`, in any case of letters, then replaces the host's own value. If the host cannot read the field's value,
the invocation fails before the function runs."""


@blueprint.function_name("record_usage")
@blueprint.queue_trigger(arg_name="message", queue_name="usage", connection="CreditsStorage", data_type=AS_SENT)
async def _record_usage(message: func.QueueMessage) -> None:
    """Book every event of one message."""
    await deliver(message, record_usage.record_usage)


@blueprint.function_name("bury_usage")
@blueprint.queue_trigger(arg_name="message", queue_name="usage-poison", connection="CreditsStorage", data_type=AS_SENT)
async def _bury_usage(message: func.QueueMessage) -> None:
    """Put usage that failed too often into suspense."""
    await deliver(message, record_usage.record_poison)
