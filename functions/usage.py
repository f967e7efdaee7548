"""Usage: calls on a queue."""

import azure.functions as func

from functions._queue import deliver
from shared.use_cases.usage import record_usage

blueprint = func.Blueprint()

AS_SENT = func.DataType.BINARY
"""Azure's host parses a message that it hands over as text: a field such as `dequeueCount` or `expirationTime`,
however spelt, takes the place of the host's own, and one that cannot be read fails before a function runs."""


@blueprint.function_name("record_usage")
@blueprint.queue_trigger(arg_name="message", queue_name="usage", connection="CreditsStorage", data_type=AS_SENT)
async def _record_usage(message: func.QueueMessage) -> None:
    """Book every event of one message."""
    await deliver(message, record_usage.record_usage)


@blueprint.function_name("bury_usage")
@blueprint.queue_trigger(arg_name="message", queue_name="usage-poison", connection="CreditsStorage", data_type=AS_SENT)
async def _bury_usage(message: func.QueueMessage) -> None:
    """Keep what the queue gave up on."""
    await deliver(message, record_usage.record_poison)
