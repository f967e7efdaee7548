"""The operation that the payment provider calls. It signs the body instead of sending a token."""

from shared.service.operation import Operation
from shared.use_cases.payments.receive_webhook import receive_stripe_webhook

RECEIVE_STRIPE_WEBHOOK = Operation(
    "receive_stripe_webhook",
    "POST",
    "v1/webhooks/stripe",
    receive_stripe_webhook,
    None,
    "Receive an event from Stripe",
    "Received",
    "Signed by Stripe in `Stripe-Signature`. 200 once the event's effect is stored; Stripe sends it again otherwise.",
    body="application/json",
)

OPERATIONS = (RECEIVE_STRIPE_WEBHOOK,)
