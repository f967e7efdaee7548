"""The amounts that Stripe takes. Source: docs.stripe.com/currencies, written down here independently of the service."""

from local.stand_ins.stripe.wire import Refusal

MOST, MOST_OF = 99_999_999, {"idr": 999_999_999_999}
"""Eight digits, twelve for IDR."""

LEAST = {
    **dict.fromkeys(["aud", "brl", "cad", "chf", "eur", "inr", "jpy", "nzd", "sgd", "usd"], 50),
    "gbp": 30,
    "aed": 200,
    "bgn": 100,
    "czk": 1500,
    "dkk": 250,
    "hkd": 400,
    "huf": 17500,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "thb": 1000,
}

STEPS = {"isk": 100, "ugx": 100, **dict.fromkeys(["bhd", "jod", "kwd", "omr", "tnd"], 10)}
"""5.124 KWD must be sent as 5120 or 5130; 5 ISK as 500."""


def check_amount(amount: int, currency: str) -> None:
    """Raise Stripe's 400 for an amount that it does not take."""
    if amount > MOST_OF.get(currency, MOST):
        raise Refusal(400, f"Amount must be no more than {MOST}.", code="amount_too_large", param="amount")
    if amount < LEAST.get(currency, 1):
        raise Refusal(400, f"Amount must be at least {LEAST[currency]}.", code="amount_too_small", param="amount")
    if amount % STEPS.get(currency, 1):
        raise Refusal(400, f"Invalid amount for {currency}: {amount}.", param="amount")
