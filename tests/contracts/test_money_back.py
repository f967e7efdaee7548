"""The contracts of the ports `Refunds` and `Disputes`, for the fake, for Stripe's SDK with the stand-in and, when there
is a key, with Stripe's test mode.
"""

from datetime import timedelta

import pytest

from shared.kernel.ids import PaymentId
from shared.kernel.money import Money
from shared.ports import (
    DisputeState,
    PaymentOrder,
    PaymentRefusedError,
    RefundOrder,
    RefundState,
    UnavailableError,
)
from tests.contracts.payment_providers import ABOUT, ACCOUNT, FIFTY, FakeProvider, present
from tests.contracts.stripe_test_mode import MODES, TestMode

TEN = Money.parse("10", "USD")
NONE = Money(0, "USD")
ABOUT_REFUND = {"account": ACCOUNT, "refund": "7"}


@pytest.fixture(params=["fake", *MODES])
async def provider(request, stand_in):
    if request.param in {"fake", "stand-in"}:
        yield FakeProvider() if request.param == "fake" else stand_in
        return
    mode = TestMode()
    yield mode
    await mode.access.close()


async def paid(provider, method="pm_card_visa"):
    customer = await provider.cards.open_customer(ACCOUNT, "customer")
    payment = (await provider.payments.create(PaymentOrder(FIFTY, customer, ABOUT), "create")).id
    await provider.payments.confirm(present(payment, method), "confirm")
    await provider.follow(payment, method)
    return payment


async def listed(things):
    return [each async for each in things]


async def refund(provider, payment, money=TEN, key="refund"):
    return await provider.refunds.refund(RefundOrder(payment, money, ABOUT_REFUND), key)


async def test_a_part_of_a_payment_is_refunded_with_our_metadata(provider):
    payment = await paid(provider)
    made = await refund(provider, payment)
    assert (made.payment, made.state, made.money, made.metadata) == (payment, RefundState.SUCCEEDED, TEN, ABOUT_REFUND)
    assert await listed(provider.refunds.refunds_of(payment)) == [made]


async def test_a_key_refunds_once(provider):
    payment = await paid(provider)
    assert await refund(provider, payment) == await refund(provider, payment)
    assert len(await listed(provider.refunds.refunds_of(payment))) == 1


async def test_a_lost_answer_is_found_again_with_the_key_and_in_the_list(provider):
    payment = await paid(provider)
    await provider.next_outcome("timeout_after", on="refund")
    with pytest.raises(UnavailableError):
        await refund(provider, payment)
    (made,) = await listed(provider.refunds.refunds_of(payment))
    assert await refund(provider, payment) == made


async def test_a_stored_outage_is_repeated_until_the_key_is_a_day_old(provider):
    payment = await paid(provider)
    await provider.next_outcome("error_500", on="refund")
    for _ in range(2):
        with pytest.raises(UnavailableError):
            await refund(provider, payment)
    provider.clock.at += timedelta(hours=23, minutes=59)
    with pytest.raises(UnavailableError):
        await refund(provider, payment)
    provider.clock.at += timedelta(minutes=1)
    assert (await refund(provider, payment)).state is RefundState.SUCCEEDED


async def test_more_than_was_paid_is_never_refunded(provider):
    payment = await paid(provider)
    for key, money in enumerate([Money.parse("40", "USD"), Money.parse("10.01", "USD")]):
        if key:
            with pytest.raises(PaymentRefusedError, match="invalid_request"):
                await refund(provider, payment, money, str(key))
        else:
            await refund(provider, payment, money, str(key))
    await refund(provider, payment, TEN, "rest")
    with pytest.raises(PaymentRefusedError, match="charge_already_refunded"):
        await refund(provider, payment, TEN, "again")
    assert [each.money for each in await listed(provider.refunds.refunds_of(payment))] == [
        Money.parse("40", "USD"),
        TEN,
    ]


async def test_a_payment_without_a_charge_is_not_refunded(provider):
    customer = await provider.cards.open_customer(ACCOUNT, "customer")
    payment = (await provider.payments.create(PaymentOrder(FIFTY, customer, ABOUT), "create")).id
    with pytest.raises(PaymentRefusedError):
        await refund(provider, payment)
    with pytest.raises(PaymentRefusedError, match="resource_missing"):
        await refund(provider, PaymentId("pi_none"), key="none")


async def test_an_unknown_payment_has_neither_refunds_nor_disputes(provider):
    payment = PaymentId("pi_none")
    assert await listed(provider.refunds.refunds_of(payment)) == []
    assert await listed(provider.disputes.disputes_of(payment)) == []
    assert not await provider.disputes.has_fraud_warning(payment)


async def test_refunds_are_listed_oldest_first_in_more_than_one_page(provider):
    payment = await paid(provider)
    cent = Money.parse("0.01", "USD")
    made = [(await refund(provider, payment, cent, str(each))).id for each in range(103)]
    assert [each.id for each in await listed(provider.refunds.refunds_of(payment))] == made


async def test_a_refund_is_pending_and_succeeds_later(provider):
    payment = await paid(provider, "pm_card_pendingRefund")
    made = await refund(provider, payment)
    assert made.state is RefundState.PENDING
    await provider.settle_refund(made.id)
    (found,) = await listed(provider.refunds.refunds_of(payment))
    assert found.state is RefundState.SUCCEEDED


async def test_a_refund_that_succeeded_fails_later_and_can_be_made_again(provider):
    payment = await paid(provider, "pm_card_refundFail")
    made = await refund(provider, payment, FIFTY)
    assert made.state is RefundState.SUCCEEDED
    await provider.settle_refund(made.id)
    (found,) = await listed(provider.refunds.refunds_of(payment))
    assert (found.state, found.reason) == (RefundState.FAILED, "expired_or_canceled_card")
    await refund(provider, payment, FIFTY, "again")


@pytest.mark.parametrize("method", ["pm_card_createDispute", "pm_card_createDisputeProductNotReceived"])
async def test_a_chargeback_withdraws_the_money_without_its_fee(provider, method):
    payment = await paid(provider, method)
    (dispute,) = await listed(provider.disputes.disputes_of(payment))
    assert (dispute.payment, dispute.state, dispute.money) == (payment, DisputeState.OPEN, FIFTY)
    assert dispute.withdrawn == FIFTY
    with pytest.raises(PaymentRefusedError, match="charge_disputed"):
        await refund(provider, payment)


@pytest.mark.parametrize(
    ("text", "state", "withdrawn"),
    [("winning_evidence", DisputeState.WON, NONE), ("losing_evidence", DisputeState.LOST, FIFTY)],
)
async def test_a_chargeback_is_won_and_reinstated_or_lost(provider, text, state, withdrawn):
    payment = await paid(provider, "pm_card_createDispute")
    (opened,) = await listed(provider.disputes.disputes_of(payment))
    await provider.answer_dispute(opened.id, text)
    (closed,) = await listed(provider.disputes.disputes_of(payment))
    assert (closed.id, closed.state, closed.withdrawn) == (opened.id, state, withdrawn)


@pytest.mark.parametrize("text", ["winning_evidence", "losing_evidence"])
async def test_an_inquiry_withdraws_nothing_open_or_closed(provider, text):
    payment = await paid(provider, "pm_card_createDisputeInquiry")
    (opened,) = await listed(provider.disputes.disputes_of(payment))
    assert (opened.state, opened.withdrawn) == (DisputeState.INQUIRY, NONE)
    await provider.answer_dispute(opened.id, text)
    (closed,) = await listed(provider.disputes.disputes_of(payment))
    assert (closed.state, closed.withdrawn) == (DisputeState.INQUIRY, NONE)


async def test_an_early_fraud_warning_is_no_dispute(provider):
    payment = await paid(provider, "pm_card_createIssuerFraudRecord")
    assert await provider.disputes.has_fraud_warning(payment)
    assert await listed(provider.disputes.disputes_of(payment)) == []


async def test_a_payment_without_trouble_has_none(provider):
    payment = await paid(provider)
    assert not await provider.disputes.has_fraud_warning(payment)
    assert await listed(provider.disputes.disputes_of(payment)) == []
