"""Rates and rate cards."""

import azure.functions as func

from functions._http import Role, answer
from shared.use_cases.rates import publish_rate_card
from shared.views import rates

blueprint = func.Blueprint()


@blueprint.function_name("look_up_rate")
@blueprint.route("v1/rates/lookup", methods=["POST"])
async def _look_up_rate(req: func.HttpRequest) -> func.HttpResponse:
    """What a call to a number costs."""
    return await answer(req, Role.READ_RATES, rates.look_up_rate)


@blueprint.function_name("list_rate_cards")
@blueprint.route("v1/rate-cards", methods=["GET"])
async def _list_rate_cards(req: func.HttpRequest) -> func.HttpResponse:
    """Every version of every card."""
    return await answer(req, Role.READ_RATES, rates.list_rate_cards, "after", "limit")


@blueprint.function_name("publish_rate_card")
@blueprint.route("v1/rate-cards/{card}/versions/{validFrom}", methods=["PUT"])
async def _publish_rate_card(req: func.HttpRequest) -> func.HttpResponse:
    """Publish a version, whole or not at all."""
    return await answer(req, Role.OPERATE, publish_rate_card.publish_rate_card, "currency", "dryRun")
