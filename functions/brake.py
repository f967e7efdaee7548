"""The fraud brake."""

import azure.functions as func

from functions._http import answer
from shared.interface import brake as operations

blueprint = func.Blueprint()


@blueprint.function_name("read_brake")
@blueprint.route("v1/accounts/{account}/brake", methods=["GET"])
async def _read_brake(req: func.HttpRequest) -> func.HttpResponse:
    """Read the brake."""
    return await answer(req, operations.READ_BRAKE)


@blueprint.function_name("set_brake")
@blueprint.route("v1/accounts/{account}/brake", methods=["PUT"])
async def _set_brake(req: func.HttpRequest) -> func.HttpResponse:
    """Set the brake."""
    return await answer(req, operations.SET_BRAKE)


@blueprint.function_name("release_brake")
@blueprint.route("v1/accounts/{account}/brake/release", methods=["POST"])
async def _release_brake(req: func.HttpRequest) -> func.HttpResponse:
    """Release the brake."""
    return await answer(req, operations.RELEASE_BRAKE)
