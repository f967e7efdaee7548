"""Webhooks of the payment provider."""

import azure.functions as func

from functions._http import answer
from shared.interface import webhooks as operations

blueprint = func.Blueprint()


@blueprint.function_name("receive_stripe_webhook")
@blueprint.route("v1/webhooks/stripe", methods=["POST"])
async def _receive_stripe_webhook(req: func.HttpRequest) -> func.HttpResponse:
    """Settle the payment that a signed event names."""
    return await answer(req, operations.RECEIVE_STRIPE_WEBHOOK)
