"""The queue of notices."""

import azure.functions as func

from functions._queue import deliver
from shared.use_cases.notices import send_notice

blueprint = func.Blueprint()


@blueprint.function_name("send_notice")
@blueprint.queue_trigger(arg_name="message", queue_name="notices", connection="CreditsStorage")
async def _send_notice(message: func.QueueMessage) -> None:
    """Send a notice to the administrators."""
    await deliver(message, send_notice.send_notice)


@blueprint.function_name("send_notice_late")
@blueprint.queue_trigger(arg_name="message", queue_name="notices-poison", connection="CreditsStorage")
async def _send_notice_late(message: func.QueueMessage) -> None:
    """Send a notice that used up its tries in an outage of the mail service; it is tried again after each lease."""
    await deliver(message, send_notice.send_notice)
