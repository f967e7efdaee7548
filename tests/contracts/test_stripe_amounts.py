"""The stand-in takes the amounts that Stripe takes. Source: docs.stripe.com/currencies."""

import pytest

from tests.contracts.stripe_stand_in import error


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (99_999_999, "usd", None),
        (100_000_000, "usd", "amount_too_large"),
        (100_000_000, "jpy", "amount_too_large"),
        (100_000_000, "idr", None),
        (999_999_999_999, "idr", None),
        (1_000_000_000_000, "idr", "amount_too_large"),
        (50, "usd", None),
        (49, "usd", "amount_too_small"),
        (29, "gbp", "amount_too_small"),
    ],
)
async def test_an_amount_has_limits_by_currency(stand_in, amount, currency, code):
    answer = await stand_in.post("payment_intents", {"amount": amount, "currency": currency})
    if code is None:
        assert answer.json()["amount"] == amount
    else:
        assert error(answer) == (400, "invalid_request_error", code, "amount")


@pytest.mark.parametrize(("amount", "currency"), [(5_124, "kwd"), (550, "isk"), (501, "ugx")])
async def test_not_every_number_can_be_charged_in_every_currency(stand_in, amount, currency):
    answer = await stand_in.post("payment_intents", {"amount": amount, "currency": currency})
    assert error(answer) == (400, "invalid_request_error", None, "amount")
    rounded = {"amount": amount // 100 * 100, "currency": currency}
    assert (await stand_in.post("payment_intents", rounded)).is_success
