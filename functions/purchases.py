"""Purchases by hand, over HTTP."""

import azure.functions as func

from functions._http import answer
from shared.interface import purchases as operations

blueprint = func.Blueprint()


@blueprint.function_name("list_purchases")
@blueprint.route("v1/accounts/{account}/purchases", methods=["GET"])
async def _list_purchases(req: func.HttpRequest) -> func.HttpResponse:
    """Every purchase."""
    return await answer(req, operations.LIST_PURCHASES)


@blueprint.function_name("start_purchase")
@blueprint.route("v1/accounts/{account}/purchases", methods=["POST"])
async def _start_purchase(req: func.HttpRequest) -> func.HttpResponse:
    """Buy credit."""
    return await answer(req, operations.START_PURCHASE)


@blueprint.function_name("read_purchase")
@blueprint.route("v1/accounts/{account}/purchases/{purchase}", methods=["GET"])
async def _read_purchase(req: func.HttpRequest) -> func.HttpResponse:
    """One purchase."""
    return await answer(req, operations.READ_PURCHASE)


@blueprint.function_name("cancel_purchase")
@blueprint.route("v1/accounts/{account}/purchases/{purchase}/cancel", methods=["POST"])
async def _cancel_purchase(req: func.HttpRequest) -> func.HttpResponse:
    """Cancel a purchase that has not succeeded."""
    return await answer(req, operations.CANCEL_PURCHASE)
