"""Rates and rate cards."""

import azure.functions as func

from functions._http import answer
from shared.interface import rates as operations

blueprint = func.Blueprint()


@blueprint.function_name("look_up_rate")
@blueprint.route("v1/rates/lookup", methods=["POST"])
async def _look_up_rate(req: func.HttpRequest) -> func.HttpResponse:
    """What a call to a number costs."""
    return await answer(req, operations.LOOK_UP_RATE)


@blueprint.function_name("list_rate_cards")
@blueprint.route("v1/rate-cards", methods=["GET"])
async def _list_rate_cards(req: func.HttpRequest) -> func.HttpResponse:
    """Every version of every card."""
    return await answer(req, operations.LIST_RATE_CARDS)


@blueprint.function_name("publish_rate_card")
@blueprint.route("v1/rate-cards/{card}/versions/{validFrom}", methods=["PUT"])
async def _publish_rate_card(req: func.HttpRequest) -> func.HttpResponse:
    """Publish a version, whole or not at all."""
    return await answer(req, operations.PUBLISH_RATE_CARD)
