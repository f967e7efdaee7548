"""Notices to be sent."""

import azure.functions as func

from shared.use_cases import send_notice
from shared.wiring import services

blueprint = func.Blueprint()


@blueprint.function_name("send_notice")
@blueprint.queue_trigger(arg_name="message", queue_name="notices", connection="CreditsStorage")
async def _send_notice(message: func.QueueMessage) -> None:
    """Send one to the administrators."""
    await send_notice.send_notice(services(), message.get_body())


@blueprint.function_name("send_notice_late")
@blueprint.queue_trigger(arg_name="message", queue_name="notices-poison", connection="CreditsStorage")
async def _send_notice_late(message: func.QueueMessage) -> None:
    """Send one that met an outage of the mail service longer than its tries: the lease is the pause from here on."""
    await send_notice.send_notice(services(), message.get_body())
