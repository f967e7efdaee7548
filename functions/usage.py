"""Usage: calls on a queue."""

import azure.functions as func

from shared.use_cases import record_usage
from shared.wiring import services

blueprint = func.Blueprint()


@blueprint.function_name("record_usage")
@blueprint.queue_trigger(arg_name="message", queue_name="usage", connection="CreditsStorage")
async def _record_usage(message: func.QueueMessage) -> None:
    """Book every event of one message."""
    await record_usage.record_usage(services(), message.get_body())


@blueprint.function_name("bury_usage")
@blueprint.queue_trigger(arg_name="message", queue_name="usage-poison", connection="CreditsStorage")
async def _bury_usage(message: func.QueueMessage) -> None:
    """Keep what the queue gave up on."""
    await record_usage.record_poison(services(), message.get_body())
