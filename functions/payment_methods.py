"""Stored cards."""

import azure.functions as func

from functions._http import answer
from shared.interface import payment_methods as operations

blueprint = func.Blueprint()


@blueprint.function_name("list_payment_methods")
@blueprint.route("v1/accounts/{account}/payment-methods", methods=["GET"])
async def _list_payment_methods(req: func.HttpRequest) -> func.HttpResponse:
    """List the stored cards."""
    return await answer(req, operations.LIST_PAYMENT_METHODS)


@blueprint.function_name("store_card")
@blueprint.route("v1/accounts/{account}/payment-methods", methods=["POST"])
async def _store_card(req: func.HttpRequest) -> func.HttpResponse:
    """Store a card."""
    return await answer(req, operations.STORE_CARD)


@blueprint.function_name("open_card_form")
@blueprint.route("v1/accounts/{account}/payment-methods/setup", methods=["POST"])
async def _open_card_form(req: func.HttpRequest) -> func.HttpResponse:
    """Open the provider's form for a card."""
    return await answer(req, operations.OPEN_CARD_FORM)


@blueprint.function_name("order_card")
@blueprint.route("v1/accounts/{account}/payment-methods/{method}", methods=["PUT"])
async def _order_card(req: func.HttpRequest) -> func.HttpResponse:
    """Put a card at another place."""
    return await answer(req, operations.ORDER_CARD)


@blueprint.function_name("remove_card")
@blueprint.route("v1/accounts/{account}/payment-methods/{method}", methods=["DELETE"])
async def _remove_card(req: func.HttpRequest) -> func.HttpResponse:
    """Remove a card."""
    return await answer(req, operations.REMOVE_CARD)
