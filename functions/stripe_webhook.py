"""News from the payment provider."""

import azure.functions as func

from functions._http import answer_signed
from shared.use_cases.payments import receive_webhook

blueprint = func.Blueprint()


@blueprint.function_name("receive_stripe_webhook")
@blueprint.route("v1/webhooks/stripe", methods=["POST"])
async def _receive_stripe_webhook(req: func.HttpRequest) -> func.HttpResponse:
    """Settle what a signed event is about."""
    return await answer_signed(req, receive_webhook.receive_stripe_webhook)
