"""Usage as people see it: call records, summed usage, statements; and the work on them that no request waits for."""

import azure.functions as func

from functions._http import answer
from functions._queue import deliver
from shared.interface import reports as operations
from shared.use_cases.reports import work_on_reports

blueprint = func.Blueprint()


@blueprint.function_name("list_calls")
@blueprint.route("v1/accounts/{account}/calls", methods=["GET"])
async def _list_calls(req: func.HttpRequest) -> func.HttpResponse:
    """List the calls."""
    return await answer(req, operations.LIST_CALLS)


@blueprint.function_name("read_usage")
@blueprint.route("v1/accounts/{account}/usage", methods=["GET"])
async def _read_usage(req: func.HttpRequest) -> func.HttpResponse:
    """Sum the usage."""
    return await answer(req, operations.READ_USAGE)


@blueprint.function_name("read_statement")
@blueprint.route("v1/accounts/{account}/statements/{month}", methods=["GET"])
async def _read_statement(req: func.HttpRequest) -> func.HttpResponse:
    """The statement of a month."""
    return await answer(req, operations.READ_STATEMENT)


@blueprint.function_name("work_on_reports")
@blueprint.queue_trigger(arg_name="message", queue_name="reports", connection="CreditsStorage")
async def _work_on_reports(message: func.QueueMessage) -> None:
    """Do what one message asks for."""
    await deliver(message, work_on_reports.work_on_report)
