"""The queue of wake-ups: accounts whose alarm is due."""

import azure.functions as func

from functions._queue import deliver
from shared.use_cases.accounts import catch_up

blueprint = func.Blueprint()


@blueprint.function_name("catch_up")
@blueprint.queue_trigger(arg_name="message", queue_name="wakeups", connection="CreditsStorage")
async def _catch_up(message: func.QueueMessage) -> None:
    """Do everything that is due for one account."""
    await deliver(message, catch_up.catch_up)
