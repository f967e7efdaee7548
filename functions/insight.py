"""What will happen, what to set, what it would have cost."""

import azure.functions as func

from functions._http import answer
from shared.interface import insight as operations

blueprint = func.Blueprint()


@blueprint.function_name("read_forecast")
@blueprint.route("v1/accounts/{account}/forecast", methods=["GET"])
async def _read_forecast(req: func.HttpRequest) -> func.HttpResponse:
    """The forecast."""
    return await answer(req, operations.READ_FORECAST)


@blueprint.function_name("what_if")
@blueprint.route("v1/accounts/{account}/what-if", methods=["POST"])
async def _what_if(req: func.HttpRequest) -> func.HttpResponse:
    """What would have been."""
    return await answer(req, operations.WHAT_IF)


@blueprint.function_name("read_advice")
@blueprint.route("v1/accounts/{account}/advice", methods=["GET"])
async def _read_advice(req: func.HttpRequest) -> func.HttpResponse:
    """Which settings to choose."""
    return await answer(req, operations.READ_ADVICE)


@blueprint.function_name("advise_on_bill")
@blueprint.route("v1/accounts/{account}/advice", methods=["POST"])
async def _advise_on_bill(req: func.HttpRequest) -> func.HttpResponse:
    """The same from another provider's bill."""
    return await answer(req, operations.ADVISE_ON_BILL)
