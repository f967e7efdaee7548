"""Customers and the cards attached to them."""

from local.stand_ins.stripe import objects
from local.stand_ins.stripe.cards import DECLINES
from local.stand_ins.stripe.objects import Json
from local.stand_ins.stripe.provider import Provider
from local.stand_ins.stripe.wire import Call, Refusal


def open_customer(provider: Provider, call: Call) -> Json:
    """POST /v1/customers."""
    customer = objects.new("customer", provider.clock.now(), **call.fields)
    provider.state.customers[customer["id"]] = customer
    provider.send_event("customer.created", customer, call)
    return customer


def attach(provider: Provider, call: Call) -> Json:
    """POST /v1/payment_methods/{id}/attach: attach the card, unless it is a test card that the bank declines here."""
    provider.find("customers", call.fields["customer"], "customer")
    card = provider.card(call.id)
    refused = provider.test_card(card).attaching
    if refused in DECLINES:
        code, decline_code, advice = DECLINES[refused]
        message = "Your card was declined."
        raise Refusal(402, message, "card_error", code=code, decline_code=decline_code, advice_code=advice)
    if card["customer"] is not None or card["id"] in provider.state.detached:
        message = "It is attached to a customer already, or was detached."
        raise Refusal(400, message, code="payment_method_unexpected_state")
    card["customer"] = call.fields["customer"]
    provider.send_event("payment_method.attached", card, call)
    return card


def detach(provider: Provider, call: Call) -> Json:
    """POST /v1/payment_methods/{id}/detach: the card can never be used again."""
    card = provider.find("cards", call.id)
    if card["customer"] is None:
        raise Refusal(400, "It is not attached to a customer.", code="payment_method_unexpected_state")
    card["customer"] = None
    provider.state.detached.append(card["id"])
    provider.send_event("payment_method.detached", card, call)
    return card
