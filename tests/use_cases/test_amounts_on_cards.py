"""R1: what a card is charged, by currency; and what happens to amounts that the payment provider never takes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.kernel.card_money import to_card_units
from shared.kernel.money import MICROS, Money
from shared.purchasing.amount_limits import SMALLEST, AmountLimits
from shared.rating.card_csv import CardProblems, read_rates
from shared.recharge.rules import RechargeRules
from shared.service.http import ProblemError
from shared.use_cases.purchases.start_purchase import advance_purchase, start_purchase
from shared.use_cases.recharge.set_auto_recharge import set_auto_recharge
from shared.views.purchases import list_purchases
from tests.fakes import world as fake_world
from tests.fakes.world import ACCOUNT, CARD, START
from tests.tenant import Tenant, plain, usd

VISA = "pm_card_visa"
SMALL = {**SMALLEST, **dict.fromkeys(("KWD", "ISK", "UGX", "MGA"), 10 * MICROS)}


async def tenant_in(world, currency):
    """A tenant whose account is in *currency*, with one stored card."""
    world.services = replace(world.services, rules=replace(world.services.rules, amounts=AmountLimits(SMALL)))
    rates = read_rates(CARD)
    assert not isinstance(rates, CardProblems)
    await world.rates.publish(rates.as_card("local", currency, START - timedelta(days=400)))
    tenant = Tenant(world)
    await tenant.open(currency=currency, rateCard="local")
    await tenant.store_card(VISA)
    return tenant


async def buy(tenant, amount, currency):
    return await tenant.request(start_purchase, {"amount": {"amount": amount, "currency": currency}}, key=amount)


@pytest.mark.parametrize(
    ("currency", "amount", "units"),
    [
        ("JPY", "7500", 7_500),
        ("JPY", "99999999", 99_999_999),
        ("KWD", "10.120", 10_120),
        ("KWD", "99999.99", 99_999_990),
        ("ISK", "500", 50_000),
        ("UGX", "999999", 99_999_900),
        ("MGA", "500", 500),
    ],
)
async def test_a_card_is_charged_the_providers_whole_units(world, currency, amount, units):
    tenant = await tenant_in(world, currency)
    bought = (await buy(tenant, amount, currency)).value
    assert (bought["state"], bought["amount"]["currency"]) == ("succeeded", currency)
    (payment,) = world.payments.payments.values()
    assert (to_card_units(payment.money), payment.money.currency) == (units, currency)
    assert await tenant.balance() == plain({"amount": f"{Money.parse(amount, currency).text}"})
    assert await world.audit() == []


@pytest.mark.parametrize(
    ("currency", "amount", "code", "pointer"),
    [
        ("JPY", "7500.5", "invalid_request", "/amount/amount"),
        ("KWD", "10.125", "invalid_request", "/amount/amount"),
        ("ISK", "500.50", "invalid_request", "/amount/amount"),
        ("MGA", "500.01", "invalid_request", "/amount/amount"),
        ("JPY", "100000000", "above_maximum", "/amount"),
        ("KWD", "100000", "above_maximum", "/amount"),
        ("UGX", "1000000", "above_maximum", "/amount"),
    ],
)
async def test_what_no_card_can_be_charged_is_refused_with_its_pointer(world, currency, amount, code, pointer):
    tenant = await tenant_in(world, currency)
    with pytest.raises(ProblemError) as raised:
        await buy(tenant, amount, currency)
    assert (raised.value.code, [flaw.pointer for flaw in raised.value.flaws]) == (code, [pointer])
    assert world.payments.payments == {}


@pytest.mark.parametrize(
    ("currency", "trigger", "amount", "charged"),
    [("JPY", "20000", "7500", 22_500), ("KWD", "25.005", "10.120", 30_360), ("ISK", "30", "20", 4_000)],
)
async def test_a_recharge_closes_the_gap_in_whole_units(world, currency, trigger, amount, charged):
    tenant = await tenant_in(world, currency)
    body = {"enabled": True, "trigger": {"amount": trigger, "currency": currency}}
    body["amount"] = {"amount": amount, "currency": currency}
    await tenant.request(set_auto_recharge, body, etag="*")
    await world.drain()
    assert [to_card_units(payment.money) for payment in world.payments.payments.values()] == [charged]
    assert [kind for kind, _ in await tenant.booked()] == ["recharge"]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"amount": usd("1000000")}, "above_maximum", "/amount"),
        ({"trigger": usd("1000000")}, "above_maximum", "/trigger"),
        ({"largestCharge": usd("1000000")}, "above_maximum", "/largestCharge"),
        ({"monthlyCap": usd("100000000")}, "above_maximum", "/monthlyCap"),
        ({"largestCharge": usd("49.99")}, "below_minimum", "/largestCharge"),
        ({"monthlyCap": usd("49.99")}, "below_minimum", "/monthlyCap"),
        ({"amount": usd("50.001")}, "invalid_request", "/amount/amount"),
    ],
)
async def test_auto_recharge_has_limits_with_pointers(tenant, changes, code, pointer):
    await tenant.store_card(VISA)
    for at, request in (("", tenant.set_auto_recharge), ("/autoRecharge", tenant.buy)):
        settings = {"enabled": True, "trigger": usd("10"), "amount": usd("50"), **changes}
        body = settings if not at else {"autoRecharge": settings, "key": "armed"}
        with pytest.raises(ProblemError) as raised:
            await request(**body)
        assert (raised.value.code, [flaw.pointer for flaw in raised.value.flaws]) == (code, [f"{at}{pointer}"])


async def test_the_default_largest_charge_is_at_most_what_a_card_can_be_charged(tenant):
    await tenant.store_card(VISA)
    await tenant.grant("10000")
    changed = (await tenant.set_auto_recharge(amount=usd("400000"))).value
    assert changed["largestCharge"]["amount"] == "999999.990000"


async def test_a_purchase_that_the_provider_does_not_take_is_declined_with_a_problem(world, tenant):
    for _ in range(2):  # a repeat gets the same answer
        world.payments.refuse("amount_too_large", on="create")
        with pytest.raises(ProblemError) as raised:
            await tenant.buy("999999.99", paymentMethod=VISA)
        assert (raised.value.code, [flaw.pointer for flaw in raised.value.flaws]) == ("above_maximum", ["/amount"])
    (shown,) = (await tenant.request(list_purchases)).value["items"]
    assert (shown["state"], shown["reason"]) == ("declined", "amount_too_large")


async def test_an_open_purchase_of_an_earlier_release_ends_as_declined(world, tenant):
    """Its amount was accepted when it was started, and its payment cannot be created."""
    raised_limits = AmountLimits(SMALLEST, {"USD": 5_000_000 * MICROS})
    world.services = replace(world.services, rules=replace(world.services.rules, amounts=raised_limits))
    with pytest.raises(ProblemError):
        await tenant.buy("1000000", paymentMethod=VISA)
    (shown,) = (await tenant.request(list_purchases)).value["items"]
    await advance_purchase(world.services, ACCOUNT, shown["id"])
    await world.tick(hours=25)
    assert (await tenant.purchase(shown["id"]))["state"] == "declined"
    assert world.payments.payments == {}


@pytest.fixture
async def huge(world, tenant, monkeypatch):
    """A recharge of two millions that an earlier release wanted; no card can be charged that."""
    limits = {"USD": 5_000_000 * MICROS}
    monkeypatch.setattr(fake_world, "RECHARGE_RULES", RechargeRules(timedelta(hours=1), largest=limits))
    rules = replace(world.services.rules, amounts=AmountLimits(SMALLEST, limits))
    world.services = replace(world.process(), rules=rules)
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await tenant.store_card(VISA)
    await tenant.set_auto_recharge(amount=usd("2000000"))
    monkeypatch.undo()
    world.services = world.process()
    await world.drain()
    return tenant


async def test_a_recharge_that_the_provider_never_takes_fails_with_an_email_and_a_schedule(world, huge):
    shown = await huge.auto_recharge()
    assert (shown["slot"], shown["reason"]) == ("declined", "amount_too_large")
    assert shown["nextAttempt"] == "2026-03-01T13:00:00Z"
    for _ in range(24 * 8):
        await world.tick(hours=1)
    shown = await huge.auto_recharge()
    assert (shown["slot"], shown["nextAttempt"]) == ("declined", None)
    subjects = [email.subject for email in world.mail.emails if "failed" in email.subject]
    assert len(subjects) == 5
    assert "No card was tried" in world.mail.emails[0].text
    assert await world.audit() == []


async def test_settings_that_do_not_allow_the_amount_end_a_declined_recharge(world, huge):
    await huge.set_auto_recharge()
    await world.drain()
    assert await huge.booked("recharge") == [("recharge", "50")]
    assert (await huge.auto_recharge())["slot"] == "idle"


async def test_settings_of_an_earlier_release_beyond_the_limit_can_be_switched_off(world, huge):
    await huge.set_auto_recharge(enabled=False, amount=usd("2000000"), largestCharge=usd("5000000"))
    await world.drain()
    assert (await huge.auto_recharge())["enabled"] is False
    assert (await huge.auto_recharge())["slot"] == "idle"
