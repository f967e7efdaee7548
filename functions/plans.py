"""The plan catalogue."""

import azure.functions as func

from functions._http import answer
from shared.interface import plans as operations

blueprint = func.Blueprint()


@blueprint.function_name("list_plans")
@blueprint.route("v1/plans", methods=["GET"])
async def _list_plans(req: func.HttpRequest) -> func.HttpResponse:
    """The plans and their minutes."""
    return await answer(req, operations.LIST_PLANS)
