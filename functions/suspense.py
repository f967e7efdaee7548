"""Usage that could not be booked."""

import azure.functions as func

from functions._http import answer
from shared.interface import suspense as operations

blueprint = func.Blueprint()


@blueprint.function_name("list_suspense")
@blueprint.route("v1/suspense", methods=["GET"])
async def _list_suspense(req: func.HttpRequest) -> func.HttpResponse:
    """List the items."""
    return await answer(req, operations.LIST_SUSPENSE)


@blueprint.function_name("replay_suspended")
@blueprint.route("v1/suspense/{item}/replay", methods=["POST"])
async def _replay_suspended(req: func.HttpRequest) -> func.HttpResponse:
    """Try to book an item again."""
    return await answer(req, operations.REPLAY_SUSPENDED)


@blueprint.function_name("accept_conflict")
@blueprint.route("v1/suspense/{item}/accept", methods=["POST"])
async def _accept_conflict(req: func.HttpRequest) -> func.HttpResponse:
    """Book a conflict as a correction."""
    return await answer(req, operations.ACCEPT_CONFLICT)


@blueprint.function_name("dismiss_suspended")
@blueprint.route("v1/suspense/{item}/dismiss", methods=["POST"])
async def _dismiss_suspended(req: func.HttpRequest) -> func.HttpResponse:
    """Close an item that will not be booked."""
    return await answer(req, operations.DISMISS_SUSPENDED)
