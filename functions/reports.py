"""Usage as people see it: call records, summed usage, statements."""

import azure.functions as func

from functions._http import answer
from shared.interface import reports as operations

blueprint = func.Blueprint()


@blueprint.function_name("list_calls")
@blueprint.route("v1/accounts/{account}/calls", methods=["GET"])
async def _list_calls(req: func.HttpRequest) -> func.HttpResponse:
    """List the calls."""
    return await answer(req, operations.LIST_CALLS)
