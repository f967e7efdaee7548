"""Each effect is counted once, when it is committed: not when it is tried, repeated or refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.ports import BadSignatureError, OutcomeUnknownError, PaymentState, UnavailableError
from shared.service.http import ProblemError, Request
from shared.use_cases import measure_queues
from shared.use_cases.accounts import audit_accounts
from shared.use_cases.payments import receive_webhook, reconcile_payments
from shared.use_cases.payments.settle_payment import settle_payment
from tests.fakes.world import ACCOUNT
from tests.tenant import call, event, report, usd


async def armed(tenant):
    """Prepare an account that recharges when the next cent is spent."""
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await tenant.store_card()
    await tenant.grant("10.01")
    await tenant.set_auto_recharge(trigger=usd("10"))


@pytest.mark.usefixtures("tenant")
async def test_a_repeated_call_is_counted_as_one_debit(world, recorder):
    await report(world, call("a"), [call("b"), call("c")], call("a"))
    metrics = recorder.metrics()
    assert metrics["credits.debits",] == 3
    assert metrics["credits.commit.events",] == (2, 3)  # two commits, three events


@pytest.mark.usefixtures("tenant")
async def test_a_suspended_call_is_counted_by_its_reason_and_not_as_a_debit(world, recorder):
    nowhere = call("a", called="+99912345678")
    await report(world, nowhere, nowhere, b"\xff", b"\xff", call("b"), call("b", seconds=90))
    metrics = recorder.metrics()
    assert metrics["credits.debits",] == 1
    assert metrics["credits.suspended", "no_rate"] == 1
    assert metrics["credits.suspended", "unreadable"] == 1
    assert metrics["credits.suspended", "conflict"] == 1


async def test_a_successful_recharge_is_counted_as_one_recharge_and_one_email(world, tenant, recorder):
    await armed(tenant)
    await report(world, call())
    message = world.queues.waiting[0]
    await world.drain()
    world.queues.waiting.append(message)
    await world.drain()
    metrics = recorder.metrics()
    assert metrics["credits.recharges", "succeeded"] == 1
    assert metrics["credits.emails", "sent"] == 1


@pytest.mark.parametrize(
    ("outcome", "counted"), [("insufficient_funds", {"declined": 1}), ("timeout_after", {"unknown": 1, "succeeded": 1})]
)
async def test_a_recharge_attempt_is_counted_by_its_outcome(world, tenant, recorder, outcome, counted):
    await armed(tenant)
    world.payments.next_outcome(outcome)
    await report(world, call())
    await world.drain()
    assert {name[1]: value for name, value in recorder.metrics().items() if name[0] == "credits.recharges"} == counted


async def test_a_recharge_cancelled_at_the_provider_is_counted_once(world, tenant, recorder):
    await armed(tenant)
    world.payments.next_outcome("processing")
    await report(world, call())
    await world.drain()
    [payment] = world.payments.payments
    known = world.payments.payments[payment]
    world.payments.payments[payment] = replace(known, state=PaymentState.CANCELLED)
    for _ in range(2):
        await settle_payment(world.services, payment)
    assert recorder.metrics()["credits.recharges", "cancelled"] == 1


async def test_a_recharge_that_is_no_longer_wanted_is_counted_as_cancelled(world, tenant, recorder):
    await armed(tenant)
    await report(world, call())
    await tenant.set_auto_recharge(enabled=False)
    await world.drain()
    assert recorder.metrics()["credits.recharges", "cancelled"] == 1


@pytest.mark.parametrize(
    ("outcome", "counted"),
    [
        ("throttled", {"throttled": 1, "sent": 1}),
        ("refused", {"refused": 1}),
        ("timeout", {"unavailable": 1, "sent": 1}),
    ],
)
async def test_an_email_is_counted_by_its_outcome(world, tenant, recorder, outcome, counted):
    await armed(tenant)
    world.mail.plan(outcome)
    await report(world, call())
    await world.drain()
    assert {name[1]: value for name, value in recorder.metrics().items() if name[0] == "credits.emails"} == counted


async def test_a_lapse_is_counted_in_its_currency(world, tenant, recorder):
    await tenant.grant("100")
    await world.tick(days=400)
    assert recorder.metrics()["credits.breakage", "USD"] == 100_000_000


@pytest.mark.usefixtures("tenant")
async def test_a_lost_race_is_counted_and_the_call_is_counted_once(world, recorder):
    other = world.process()
    await report(world, call("a"))
    mine, world.services = world.services, other
    await report(world, call("b"))  # the first process has a stale book
    world.services = mine
    await report(world, call("c"))
    metrics = recorder.metrics()
    assert metrics["credits.commit.conflicts",] == 1
    assert metrics["credits.debits",] == 3


@pytest.mark.usefixtures("tenant")
async def test_a_call_whose_answer_was_lost_is_counted_when_it_is_known(world, recorder):
    async def lost(verb, partition, _what):
        if verb == "transact" and partition == ACCOUNT:
            world.ledger.after = None
            raise OutcomeUnknownError("the answer was cut off")

    world.ledger.after = lost
    await report(world, call("a"))
    assert recorder.metrics()["credits.debits",] == 1
    assert (recorder.spans("commit")[0].attributes or {})["credits.outcome"] == "unknown"


@pytest.mark.usefixtures("tenant")
async def test_audited_accounts_and_findings_are_counted(world, recorder):
    await audit_accounts.audit_accounts(world.services)
    metrics = recorder.metrics()
    assert (metrics["credits.audit.accounts",], metrics["credits.audit.findings",]) == (1, 0)
    del world.ledger.partitions[ACCOUNT]["a:head"]
    await audit_accounts.audit_accounts(world.services)
    assert recorder.metrics()["credits.audit.findings",] == 1


async def test_a_difference_with_the_provider_is_counted_by_its_kind(world, tenant, recorder):
    await tenant.store_card()
    await tenant.buy()
    await world.drain()
    paid = next(iter(world.payments.payments))
    del world.payments.payments[paid]
    await reconcile_payments.reconcile_payments(world.services, world.clock.now() - timedelta(days=1))
    assert recorder.metrics()["credits.reconciliation.differences", "payment missing"] == 1


async def test_webhooks_are_counted_by_the_validity_of_their_signature(world, recorder):
    def forged(_body, _signature):
        raise BadSignatureError

    news = Request(None, {}, {}, {"stripe-signature": "a signature"}, b"pi_unknown")
    await receive_webhook.receive_stripe_webhook(world.services, news)
    world.services.webhooks.news_of = forged
    for _ in range(2):
        with pytest.raises(ProblemError):
            await receive_webhook.receive_stripe_webhook(world.services, news)
    metrics = recorder.metrics()
    assert metrics["credits.webhooks", "accepted"] == 1
    assert metrics["credits.webhooks", "rejected"] == 2


async def test_a_webhook_without_a_committed_effect_is_not_counted_as_accepted(world, recorder):
    world.payments.next_outcome("timeout_before", on="retrieve")
    news = Request(None, {}, {}, {"stripe-signature": "a signature"}, b"pi_unknown")
    with pytest.raises(UnavailableError):
        await receive_webhook.receive_stripe_webhook(world.services, news)
    assert ("credits.webhooks", "accepted") not in recorder.metrics()


@pytest.mark.usefixtures("tenant")
async def test_waiting_work_is_measured_once(world, recorder):
    await report(world, event("sms", {}, type="credits.usage.sms.v1"), b"junk")
    world.queues.waiting.append(("notices", "{}"))
    world.queues.ages["notices"] = timedelta(minutes=11)
    await measure_queues.measure_queues(world.services, ("usage", "notices"))
    metrics = recorder.metrics()
    assert metrics["credits.queue.oldest_age", "notices"] == 660
    assert metrics["credits.queue.messages", "notices"] == 1
    assert metrics["credits.queue.messages", "usage-poison"] == 0
    assert metrics["credits.suspense.open",] == 2
    assert metrics["credits.suspense.time_left",] == 400 * 86_400
    metrics.clear()
    assert ("credits.queue.oldest_age", "notices") not in recorder.metrics()


@pytest.mark.usefixtures("tenant")
async def test_a_failed_measurement_does_not_prevent_others(world, recorder):
    world.queues.unread.add("usage")

    async def away(_verb, _partition, _what):
        raise UnavailableError("away")

    world.suspense.before = away
    await measure_queues.measure_queues(world.services, ("usage", "notices"))
    metrics = recorder.metrics()
    assert ("credits.queue.oldest_age", "usage") not in metrics
    assert ("credits.suspense.open",) not in metrics
    assert metrics["credits.queue.oldest_age", "notices"] == 0
    assert sum("not measured" in line for line in recorder.lines) == 2
