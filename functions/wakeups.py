"""Accounts whose alarm is due."""

import azure.functions as func

from shared.use_cases import catch_up
from shared.wiring import services

blueprint = func.Blueprint()


@blueprint.function_name("catch_up")
@blueprint.queue_trigger(arg_name="message", queue_name="wakeups", connection="CreditsStorage")
async def _catch_up(message: func.QueueMessage) -> None:
    """Do everything that is due for one account."""
    await catch_up.catch_up(services(), message.get_body())
