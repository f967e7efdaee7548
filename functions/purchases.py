"""Purchases by hand."""

import azure.functions as func

from functions._http import Role, answer
from shared.use_cases.purchases import cancel_purchase, start_purchase
from shared.views import purchases

blueprint = func.Blueprint()


@blueprint.function_name("list_purchases")
@blueprint.route("v1/accounts/{account}/purchases", methods=["GET"])
async def _list_purchases(req: func.HttpRequest) -> func.HttpResponse:
    """Every purchase."""
    return await answer(req, Role.READ, purchases.list_purchases, "after", "limit")


@blueprint.function_name("start_purchase")
@blueprint.route("v1/accounts/{account}/purchases", methods=["POST"])
async def _start_purchase(req: func.HttpRequest) -> func.HttpResponse:
    """Buy credit."""
    return await answer(req, Role.MANAGE, start_purchase.start_purchase)


@blueprint.function_name("read_purchase")
@blueprint.route("v1/accounts/{account}/purchases/{purchase}", methods=["GET"])
async def _read_purchase(req: func.HttpRequest) -> func.HttpResponse:
    """One purchase."""
    return await answer(req, Role.READ, purchases.read_purchase)


@blueprint.function_name("cancel_purchase")
@blueprint.route("v1/accounts/{account}/purchases/{purchase}/cancel", methods=["POST"])
async def _cancel_purchase(req: func.HttpRequest) -> func.HttpResponse:
    """Cancel a purchase that has not succeeded."""
    return await answer(req, Role.MANAGE, cancel_purchase.cancel_purchase)
