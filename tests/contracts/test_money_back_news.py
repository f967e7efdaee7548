"""Refunds, disputes and warnings at the stand-in alone: their events, the local clock, and partial disputes."""

from datetime import timedelta

import pytest

from shared.adapters.stripe.webhooks import StripeWebhooks
from shared.kernel.money import Money
from shared.ports import NewsKind, PaymentNews, RefundState
from tests.contracts.stripe_stand_in import SECRET, error
from tests.contracts.test_money_back import listed, paid, refund
from tests.contracts.test_stripe_news import SUCCESS

DISPUTED = ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


async def kinds_after(stand_in, expected):
    await stand_in.hooks.until(lambda hooks: len(hooks.taken) >= len(expected))
    return stand_in.hooks.kinds


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("pm_card_createDispute", DISPUTED),
        ("pm_card_createDisputeInquiry", DISPUTED[:1]),
        ("pm_card_createIssuerFraudRecord", ["radar.early_fraud_warning.created"]),
    ],
)
async def test_a_test_card_sends_what_follows_its_charge(stand_in, method, expected):
    payment = await paid(stand_in, method)
    everything = ["customer.created", *SUCCESS, *expected]
    assert await kinds_after(stand_in, everything) == everything
    webhooks = StripeWebhooks([SECRET])
    found = [webhooks.news_of(*sent) for sent in stand_in.hooks.tries]
    back = [news for news in found if isinstance(news, PaymentNews) and news.kind is NewsKind.MONEY_BACK]
    assert [(news.payment, dict(news.metadata)) for news in back] == [(payment, {})] * len(expected)


@pytest.mark.parametrize(
    ("method", "state", "later"),
    [
        ("pm_card_visa", RefundState.SUCCEEDED, []),
        ("pm_card_pendingRefund", RefundState.SUCCEEDED, ["refund.updated", "charge.refund.updated"]),
        ("pm_card_refundFail", RefundState.FAILED, ["refund.updated", "charge.refund.updated", "refund.failed"]),
    ],
)
async def test_a_refund_changes_by_the_local_clock_and_reports_it(stand_in, method, state, later):
    payment = await paid(stand_in, method)
    await refund(stand_in, payment)
    stand_in.clock.at += timedelta(minutes=10)
    (found,) = await listed(stand_in.refunds.refunds_of(payment))
    assert found.state is state
    everything = ["customer.created", *SUCCESS, "refund.created", "charge.refunded", *later]
    assert await kinds_after(stand_in, everything) == everything


@pytest.mark.parametrize(
    ("text", "expected"),
    [("winning_evidence", ["charge.dispute.funds_reinstated"]), ("losing_evidence", [])],
)
async def test_a_closed_dispute_is_reported(stand_in, text, expected):
    payment = await paid(stand_in, "pm_card_createDispute")
    (opened,) = await listed(stand_in.disputes.disputes_of(payment))
    await stand_in.answer_dispute(opened.id, text)
    everything = [
        *("customer.created", *SUCCESS, *DISPUTED, "charge.dispute.updated"),
        *expected,
        "charge.dispute.closed",
    ]
    assert await kinds_after(stand_in, everything) == everything


async def test_a_part_of_a_payment_is_disputed(stand_in):
    payment = await paid(stand_in)
    await stand_in.control(f"payments/{payment}/dispute", amount=1200)
    (found,) = await listed(stand_in.disputes.disputes_of(payment))
    assert found.money == found.withdrawn == Money.parse("12", "USD")


async def test_webhooks_can_be_shuffled(stand_in):
    await stand_in.control("webhooks", mode="delay")
    await paid(stand_in, "pm_card_createDispute")
    await stand_in.control("webhooks", mode="shuffle")
    everything = ["customer.created", *SUCCESS, *DISPUTED]
    found = await kinds_after(stand_in, everything)
    assert sorted(found) == sorted(everything)
    assert found not in (everything, everything[::-1])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"amount": "100"}, ("parameter_missing", "payment_intent")),
        ({"payment_intent": "pi_none"}, ("resource_missing", "payment_intent")),
        ({"payment_intent": "PAID", "amount": "0"}, ("parameter_invalid_integer", "amount")),
        ({"payment_intent": "PAID", "amount": "5001"}, (None, "amount")),
        ({"payment_intent": "PAID", "colour": "red"}, ("parameter_unknown", "colour")),
    ],
)
async def test_an_invalid_refund_is_refused(stand_in, fields, expected):
    payment = await paid(stand_in)
    sent = {name: payment if value == "PAID" else value for name, value in fields.items()}
    assert error(await stand_in.post("refunds", sent)) == (400, "invalid_request_error", *expected)
