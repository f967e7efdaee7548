"""Service numbers: list, register, release."""

import azure.functions as func

from functions._http import answer
from shared.interface import service_numbers as operations

blueprint = func.Blueprint()


@blueprint.function_name("list_service_numbers")
@blueprint.route("v1/accounts/{account}/service-numbers", methods=["GET"])
async def _list_service_numbers(req: func.HttpRequest) -> func.HttpResponse:
    """List the service numbers."""
    return await answer(req, operations.LIST_SERVICE_NUMBERS)


@blueprint.function_name("register_service_number")
@blueprint.route("v1/accounts/{account}/service-numbers", methods=["POST"])
async def _register_service_number(req: func.HttpRequest) -> func.HttpResponse:
    """Register a service number."""
    return await answer(req, operations.REGISTER_SERVICE_NUMBER)


@blueprint.function_name("release_service_number")
@blueprint.route("v1/accounts/{account}/service-numbers/{serviceNumber}", methods=["DELETE"])
async def _release_service_number(req: func.HttpRequest) -> func.HttpResponse:
    """Release a service number."""
    return await answer(req, operations.RELEASE_SERVICE_NUMBER)
