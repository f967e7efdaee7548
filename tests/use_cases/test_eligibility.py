"""Whether an account may buy credit, with the reasons, and the gate before everything that buys credit (R15)."""

import pytest

from shared.service.http import ProblemError
from shared.views.eligibility import read_eligibility
from tests.tenant import OTHER, Tenant, code_of, subscription
from tests.use_cases.recharging import about_to_recharge, cross, tries

VISA = "pm_card_visa"
ABROAD = subscription("EA-1", agreement="enterprise", billingCountry="DE")
THROUGH_CSP = subscription("CSP-1", channel="csp")
NEW_COMMERCE = subscription("NCE-1", agreement="newCommerce")


async def codes(tenant, at=""):
    return [reason["code"] for reason in (await tenant.eligibility(at))["reasons"]]


async def refusal(request):
    with pytest.raises(ProblemError) as raised:
        await request
    return raised.value


async def test_an_account_without_subscriptions_is_eligible(tenant):
    assert await tenant.eligibility() == {
        "eligible": True,
        "at": "2026-03-01T12:00:00Z",
        "reasons": [],
        "notNeeded": [],
    }


async def test_each_reason_has_what_resolves_it(tenant):
    await tenant.set_subscriptions(subscription("EA-1", agreement="enterprise", billingCountry="DE", channel="csp"))
    shown = await tenant.eligibility()
    assert (shown["eligible"], [reason["code"] for reason in shown["reasons"]]) == (
        False,
        ["csp_only", "billing_region"],
    )
    assert all(reason["detail"] and reason["remedy"] for reason in shown["reasons"])


async def test_what_needs_no_credit_is_named_beside(tenant):
    await tenant.set_subscriptions(subscription(includes=["44"]), subscription("S-2", plan="MCOPSTN_PAYG_1"))
    shown = await tenant.eligibility()
    assert [each["code"] for each in shown["notNeeded"]] == ["included_destinations", "pool_minutes"]


async def test_eligibility_is_that_of_an_instant(tenant):
    await tenant.set_subscriptions({**THROUGH_CSP, "from": "2026-06-01T00:00:00Z", "until": "2026-07-01T00:00:00Z"})
    for at, expected in (
        ("2026-05-31T23:59:59Z", []),
        ("2026-06-01T00:00:00Z", ["csp_only"]),
        ("2026-06-30T23:59:59Z", ["csp_only"]),
        ("2026-07-01T00:00:00Z", []),
    ):
        assert await codes(tenant, at) == expected
    assert await codes(tenant) == []
    assert await code_of(tenant.eligibility("tomorrow")) == "invalid_request"
    assert await code_of(Tenant(tenant.world, OTHER).request(read_eligibility)) == "not_found"


async def test_an_exemption_is_dated_and_recorded_once(world, tenant):
    await tenant.set_subscriptions(ABROAD)
    replies = [await tenant.exempt() for _ in range(3)]
    assert [reply.status for reply in replies] == [201] * 3
    assert replies[2].value == {
        "reason": "billed by the parent company",
        "ticket": "T-1",
        "from": "2026-03-01T00:00:00Z",
        "until": "2026-04-01T00:00:00Z",
    }
    assert len((await world.services.book(tenant.account)).entitlements.exemptions) == 1
    assert await codes(tenant) == []
    assert await codes(tenant, "2026-04-01T00:00:00Z") == ["billing_region"]
    assert await code_of(tenant.exempt(until="2026-03-01T00:00:00Z")) == "invalid_request"
    assert await code_of(tenant.exempt(ticket="")) == "invalid_request"
    assert await code_of(Tenant(world, OTHER).exempt()) == "not_found"
    assert await world.audit() == []


async def test_exemptions_are_bounded(tenant):
    for number in range(50):
        await tenant.exempt(ticket=f"T-{number}")
    assert await code_of(tenant.exempt(ticket="one more")) == "above_maximum"
    assert (await tenant.exempt(ticket="T-0")).status == 201


@pytest.mark.parametrize(
    ("bought", "code", "reasons"),
    [
        (THROUGH_CSP, "not_eligible", ["csp_only"]),
        (ABROAD, "not_eligible", ["billing_region"]),
        (NEW_COMMERCE, "post_usage", ["post_usage"]),
        ({**NEW_COMMERCE, "channel": "csp"}, "not_eligible", ["csp_only", "post_usage"]),
        ({**NEW_COMMERCE, "agreement": "customerAgreement"}, "post_usage", ["post_usage"]),
    ],
)
async def test_a_purchase_is_refused_with_every_reason(world, tenant, bought, code, reasons):
    await tenant.set_subscriptions(bought)
    shown = (await tenant.eligibility())["reasons"]
    found = await refusal(tenant.buy(paymentMethod=VISA))
    assert found.code == code
    assert [flaw.json() for flaw in found.flaws] == [{"pointer": "", **reason} for reason in shown]
    assert [reason["code"] for reason in shown] == reasons
    assert all(reason["remedy"] in found.detail for reason in shown)
    assert world.attempts.partitions == {}  # no card was tried
    await tenant.set_subscriptions()
    assert (await tenant.buy(paymentMethod=VISA)).value["state"] == "succeeded"


async def test_a_purchase_that_was_made_before_is_answered_again(tenant):
    first = await tenant.buy(paymentMethod=VISA)
    await tenant.set_subscriptions(THROUGH_CSP)
    again = await tenant.buy(paymentMethod=VISA)
    assert (again.status, again.value["id"]) == (201, first.value["id"])


async def test_auto_recharge_cannot_be_switched_on_but_off(tenant):
    await tenant.store_card(VISA)
    await tenant.set_auto_recharge()
    await tenant.set_subscriptions(THROUGH_CSP)
    found = await refusal(tenant.set_auto_recharge())
    assert (found.code, [flaw.code for flaw in found.flaws]) == ("not_eligible", ["csp_only"])
    assert (await tenant.set_auto_recharge(enabled=False)).value["enabled"] is False
    await tenant.set_subscriptions(NEW_COMMERCE)
    assert await code_of(tenant.set_auto_recharge()) == "post_usage"


async def test_grants_of_an_operator_are_not_gated(tenant):
    await tenant.set_subscriptions(THROUGH_CSP)
    await tenant.grant("10")
    assert await tenant.balance() == "10"


async def test_auto_recharge_pauses_with_one_notice_and_continues_by_itself(world, tenant):
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await about_to_recharge(tenant)
    await tenant.set_subscriptions({**THROUGH_CSP, "until": "2026-03-02T00:00:00Z"})
    await cross(tenant)
    await cross(tenant, "one more")
    assert tries(world) == []
    assert (await tenant.auto_recharge())["paused"] == {
        "reason": "not_eligible",
        "since": "2026-03-01T12:00:00Z",
        "until": None,
    }
    assert [email.subject for email in world.mail.emails] == ["Communications Credits: auto-recharge is paused"]
    await world.tick(hours=11)
    assert tries(world) == []
    await world.tick(hours=1)
    assert tries(world) == [True]
    assert (await tenant.auto_recharge())["paused"] is None
    assert await world.audit() == []


async def test_the_pause_ends_with_the_subscription_that_was_missing(world, tenant):
    await about_to_recharge(tenant)
    await tenant.set_subscriptions(THROUGH_CSP)
    await cross(tenant)
    assert tries(world) == []
    await tenant.set_subscriptions(THROUGH_CSP, subscription())
    await world.drain()
    assert tries(world) == [True]


async def test_a_declined_recharge_is_cancelled_when_the_account_stops_being_eligible(world, tenant):
    await about_to_recharge(tenant)
    world.payments.next_outcome("insufficient_funds")
    await cross(tenant)
    assert (await tenant.auto_recharge())["slot"] == "declined"
    await tenant.set_subscriptions(THROUGH_CSP)
    await world.drain()
    shown = await tenant.auto_recharge()
    assert (shown["slot"], shown["paused"]["reason"]) == ("idle", "not_eligible")
    await world.tick(hours=2)
    assert tries(world) == [False]
    assert await world.audit() == []


async def test_a_declined_recharge_is_cancelled_at_the_instant_at_which_eligibility_ends(world, tenant):
    await about_to_recharge(tenant)
    await tenant.set_subscriptions({**THROUGH_CSP, "from": "2026-03-01T12:30:00Z"})
    world.payments.next_outcome("insufficient_funds")
    await cross(tenant)
    await world.tick(minutes=29)
    assert (await tenant.auto_recharge())["slot"] == "declined"
    await world.tick(minutes=1)
    assert (await tenant.auto_recharge())["slot"] == "idle"
    await world.tick(hours=3)
    assert tries(world) == [False]


async def test_a_recharge_that_is_wanted_charges_nothing_once_eligibility_has_ended(world, tenant):
    """The message of the slot is processed after the instant, before any other commit."""
    await about_to_recharge(tenant)
    await tenant.set_subscriptions({**THROUGH_CSP, "from": "2026-03-01T12:30:00Z"})
    await tenant.world.services.ledger.drain(tenant.account)
    held_back = world.queues.send

    async def hold(_queue, _text):
        return None

    world.queues.send = hold
    await cross(tenant)
    world.queues.send = held_back
    assert (await tenant.auto_recharge())["slot"] == "wanted"
    await world.tick(hours=1)
    await world.tick(hours=1)
    assert tries(world) == []
    assert (await tenant.auto_recharge())["slot"] == "idle"


@pytest.mark.parametrize(("outcome", "balance"), [("succeed", "60"), ("insufficient_funds", "10")])
async def test_a_payment_under_way_is_cancelled_or_becomes_credit(world, tenant, outcome, balance):
    await about_to_recharge(tenant)
    world.payments.next_outcome("processing")
    await cross(tenant)
    assert (await tenant.auto_recharge())["slot"] == "charging"
    await tenant.set_subscriptions(THROUGH_CSP)
    await world.drain()
    assert (await tenant.auto_recharge())["slot"] == "cancelling"
    [payment] = world.payments.payments
    world.payments.resolve(payment, outcome)
    await world.tick(hours=1)
    assert (await tenant.balance(), (await tenant.auto_recharge())["slot"]) == (balance, "idle")
    await world.tick(hours=3)
    assert await tenant.balance() == balance
    assert await world.audit() == []
