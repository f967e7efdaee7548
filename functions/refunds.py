"""Refunds, over HTTP."""

import azure.functions as func

from functions._http import answer
from shared.interface import refunds as operations

blueprint = func.Blueprint()


@blueprint.function_name("list_refunds")
@blueprint.route("v1/accounts/{account}/refunds", methods=["GET"])
async def _list_refunds(req: func.HttpRequest) -> func.HttpResponse:
    """Every refund."""
    return await answer(req, operations.LIST_REFUNDS)


@blueprint.function_name("start_refund")
@blueprint.route("v1/accounts/{account}/refunds", methods=["POST"])
async def _start_refund(req: func.HttpRequest) -> func.HttpResponse:
    """Refund the unspent part of a lot."""
    return await answer(req, operations.START_REFUND)


@blueprint.function_name("read_refund")
@blueprint.route("v1/accounts/{account}/refunds/{refund}", methods=["GET"])
async def _read_refund(req: func.HttpRequest) -> func.HttpResponse:
    """One refund."""
    return await answer(req, operations.READ_REFUND)
