"""Calls in progress: authorisation, holds, pools."""

import azure.functions as func

from functions._http import answer
from shared.interface import calls as operations

blueprint = func.Blueprint()


@blueprint.function_name("authorise_call")
@blueprint.route("v1/accounts/{account}/calls/{leg}/authorise", methods=["POST"])
async def _authorise_call(req: func.HttpRequest) -> func.HttpResponse:
    """Whether a call may start."""
    return await answer(req, operations.AUTHORISE_CALL)


@blueprint.function_name("extend_call")
@blueprint.route("v1/accounts/{account}/calls/{leg}/extend", methods=["POST"])
async def _extend_call(req: func.HttpRequest) -> func.HttpResponse:
    """More seconds for a call in progress."""
    return await answer(req, operations.EXTEND_CALL)


@blueprint.function_name("release_call")
@blueprint.route("v1/accounts/{account}/calls/{leg}/release", methods=["POST"])
async def _release_call(req: func.HttpRequest) -> func.HttpResponse:
    """A call that did not take place."""
    return await answer(req, operations.RELEASE_CALL)


@blueprint.function_name("list_holds")
@blueprint.route("v1/accounts/{account}/holds", methods=["GET"])
async def _list_holds(req: func.HttpRequest) -> func.HttpResponse:
    """The open holds."""
    return await answer(req, operations.LIST_HOLDS)


@blueprint.function_name("list_pools")
@blueprint.route("v1/accounts/{account}/pools", methods=["GET"])
async def _list_pools(req: func.HttpRequest) -> func.HttpResponse:
    """The minute pools of a month."""
    return await answer(req, operations.LIST_POOLS)
