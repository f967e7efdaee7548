"""Notices: the queue of e-mails to send, the queue of delivery reports, and what was told."""

import azure.functions as func

from functions._http import answer
from functions._queue import deliver
from shared.interface import settings as operations
from shared.use_cases.notices import note_report, send_notice

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


@blueprint.function_name("note_report")
@blueprint.queue_trigger(arg_name="message", queue_name="mail-reports", connection="CreditsStorage")
async def _note_report(message: func.QueueMessage) -> None:
    """Note a delivery report of the mail service."""
    await deliver(message, note_report.note_report)


@blueprint.function_name("list_notices")
@blueprint.route("v1/accounts/{account}/notices", methods=["GET"])
async def _list_notices(req: func.HttpRequest) -> func.HttpResponse:
    """List what administrators were told."""
    return await answer(req, operations.LIST_NOTICES)
