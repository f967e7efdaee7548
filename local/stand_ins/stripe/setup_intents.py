"""Card setups: a card is set up so that it can be charged without its holder.

Source: docs.stripe.com/payments/save-and-reuse, docs.stripe.com/api/setup_intents.
"""

from secrets import token_hex

from local.stand_ins.stripe import objects
from local.stand_ins.stripe.cards import DECLINES
from local.stand_ins.stripe.objects import Json
from local.stand_ins.stripe.provider import Provider
from local.stand_ins.stripe.wire import Call, Refusal

OPEN = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})
"""States in which a setup may be confirmed or cancelled."""

USAGES = ("on_session", "off_session")


def create(provider: Provider, call: Call) -> Json:
    """POST /v1/setup_intents: create a setup, and confirm it if asked to."""
    fields = {name: value for name, value in call.fields.items() if name not in ("confirm", "return_url", "expand")}
    is_confirmed = call.fields.get("confirm", False)
    if fields.get("usage", "off_session") not in USAGES:
        raise Refusal(400, f"Invalid usage: must be one of {' or '.join(USAGES)}", param="usage")
    if "return_url" in call.fields and not is_confirmed:
        message = "You can only pass return_url if you also pass confirm=true."
        raise Refusal(400, message, code="setup_intent_invalid_parameter", param="return_url")
    if is_confirmed and "payment_method" not in fields:
        message = "You cannot confirm this SetupIntent because it's missing a payment method."
        raise Refusal(400, message, code="parameter_missing", param="payment_method")
    if "customer" in fields:
        provider.find("customers", fields["customer"], "customer")
    card = _usable(provider, fields["payment_method"], fields.get("customer")) if "payment_method" in fields else None
    status = "requires_confirmation" if card else "requires_payment_method"
    setup = objects.new("setup_intent", provider.clock.now(), **fields, status=status)
    setup["payment_method"] = card["id"] if card else None
    setup["client_secret"] = f"{setup['id']}_secret_{token_hex(12)}"
    provider.state.setups[setup["id"]] = setup
    provider.send_event("setup_intent.created", setup, call)
    return _confirm(provider, setup, card, call) if is_confirmed and card else setup


def confirm(provider: Provider, call: Call) -> Json:
    """POST /v1/setup_intents/{id}/confirm: set the card up; if it is declined, raise a 402 with the whole setup."""
    setup = _open_setup(provider, call, "confirm")
    method = call.fields.get("payment_method") or setup["payment_method"]
    if method is None:
        message = "You cannot confirm this SetupIntent because it's missing a payment method."
        raise Refusal(400, message, code="parameter_missing", param="payment_method")
    card = _usable(provider, method, setup["customer"])
    setup.update(payment_method=card["id"], last_setup_error=None, next_action=None)
    return _confirm(provider, setup, card, call)


def cancel(provider: Provider, call: Call) -> Json:
    """POST /v1/setup_intents/{id}/cancel: cancel a setup that has not succeeded."""
    setup = _open_setup(provider, call, "cancel")
    reason = call.fields.get("cancellation_reason")
    setup.update(status="canceled", cancellation_reason=reason, next_action=None)
    provider.send_event("setup_intent.canceled", setup, call)
    return setup


def resolve(provider: Provider, setup: Json, outcome: str) -> None:
    """Finish a setup that requires action: the holder confirms ("succeed") or fails to."""
    if setup["status"] != "requires_action":
        raise Refusal(400, f"This setup is {setup['status']}: nothing to resolve.")
    setup["next_action"] = None
    if outcome == "succeed":
        _succeed(provider, setup, Call())
    else:
        _fail(provider, setup, "setup_intent_authentication_failure", None, Call())


def _usable(provider: Provider, method: str, customer: str | None) -> Json:
    card = provider.card(method, "payment_method")
    if card["customer"] not in (None, customer) or card["id"] in provider.state.detached:
        message = "The payment method was detached, or is attached to another customer: it cannot be used."
        raise Refusal(400, message, code="resource_missing", param="payment_method")
    return card


def _open_setup(provider: Provider, call: Call, action: str) -> Json:
    setup = provider.find("setups", call.id)
    if setup["status"] not in OPEN:
        message = f"You cannot {action} this SetupIntent because it has a status of {setup['status']}."
        raise Refusal(400, message, code="setup_intent_unexpected_state", setup_intent=setup)
    return setup


def _confirm(provider: Provider, setup: Json, card: Json, call: Call) -> Json:
    test = provider.test_card(card)
    if test.attaching in DECLINES:
        code, decline_code, advice = DECLINES[test.attaching]
        raise _fail(provider, setup, code, decline_code, call, advice=advice)
    if not test.asks_at_setup:
        return _succeed(provider, setup, call)
    back = call.fields.get("return_url")
    bank = {"return_url": back, "url": f"{call.base}/_control/bank/{setup['id']}"}
    sdk = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    setup["next_action"] = {"type": "redirect_to_url", "redirect_to_url": bank} if back else sdk
    setup["status"] = "requires_action"
    provider.send_event("setup_intent.requires_action", setup, call)
    return setup


def _succeed(provider: Provider, setup: Json, call: Call) -> Json:
    """The card is set up and, if it was not, attached to the customer."""
    card = provider.find("cards", setup["payment_method"])
    setup["status"] = "succeeded"
    if setup["usage"] == "off_session":
        provider.state.set_up.append(card["id"])
    if setup["customer"] and card["customer"] is None:
        card["customer"] = setup["customer"]
        provider.send_event("payment_method.attached", card, call)
    provider.send_event("setup_intent.succeeded", setup, call)
    return setup


def _fail(
    provider: Provider, setup: Json, code: str, decline_code: str | None, call: Call, *, advice: str | None = None
) -> Refusal:
    refusal = Refusal(
        402,
        "Your card was declined.",
        "card_error",
        code=code,
        decline_code=decline_code,
        advice_code=advice,
        payment_method=provider.find("cards", setup["payment_method"]),
    )
    setup.update(status="requires_payment_method", payment_method=None, last_setup_error={**refusal.body["error"]})
    provider.send_event("setup_intent.setup_failed", setup, call)
    refusal.body["error"]["setup_intent"] = setup
    return refusal
