"""The provider permanently rejects a request: this is not an outage, and nothing stays in progress for ever."""

from contextlib import suppress

import pytest

from shared.kernel.ids import PaymentId
from shared.service.http import ProblemError
from shared.use_cases.purchases.start_purchase import advance_purchase
from tests.tenant import code_of, usd
from tests.use_cases.recharging import about_to_recharge, cross, tries

VISA = "pm_card_visa"


@pytest.mark.parametrize("on", ["open_customer", "create", "confirm"])
async def test_a_purchase_that_the_provider_rejects_is_declined_with_the_reason(world, tenant, on):
    world.payments.refuse("parameter_unknown", on=on)
    bought = await tenant.buy(paymentMethod=VISA)
    assert (bought.status, bought.value["state"], bought.value["reason"]) == (201, "declined", "parameter_unknown")
    again = await tenant.buy(paymentMethod=VISA)
    assert (again.status, again.value["state"]) == (201, "declined")
    assert {str(payment.state) for payment in world.payments.payments.values()} <= {"cancelled"}
    assert world.payments.charges == []
    assert await world.audit() == []


async def test_a_card_that_cannot_be_attached_ends_the_purchase(world, tenant):
    world.payments.refuse("resource_missing", on="store")
    order = {"enabled": True, "trigger": usd("10"), "amount": usd("50")}
    bought = (await tenant.buy(paymentMethod=VISA, autoRecharge=order)).value
    assert (bought["state"], bought["reason"]) == ("declined", "resource_missing")


async def test_a_purchase_whose_payment_disappeared_is_given_up(world, tenant):
    bought = (await tenant.buy(paymentMethod="pm_card_authenticationRequired")).value
    (payment,) = world.payments.payments
    world.payments.forget(PaymentId(payment))
    await advance_purchase(world.services, tenant.account, bought["id"])
    assert (await tenant.purchase(bought["id"]))["state"] == "requiresAction"  # it may exist again soon
    world.clock.forward(hours=24)
    await advance_purchase(world.services, tenant.account, bought["id"])
    assert (await tenant.purchase(bought["id"]))["state"] == "cancelled"


@pytest.mark.parametrize(
    "method", ["pm_1\nX-Forged: 1", "pm_1\r\n", "pm 1", "pm_\u00e9", "", "pm_1/../x", "p" * 256, "pm_\u0663", "pm\x00"]
)
async def test_an_invalid_payment_method_id_is_rejected_before_any_write(world, tenant, method):
    assert await code_of(tenant.buy(paymentMethod=method)) == "invalid_request"
    assert await code_of(tenant.store_card(method)) == "invalid_request"
    assert world.payments.payments == {}
    assert await tenant.booked() == []


@pytest.mark.parametrize("method", ["pm_card_visa", "pm_1MqLiJLkdIwHu7ix", "card_1-a", "src_1"])
async def test_the_providers_ids_are_accepted(world, tenant, method):
    with suppress(ProblemError):  # the request reaches the provider, which knows only the first of them
        await tenant.buy(paymentMethod=method)
    assert len(world.payments.payments) == 1


@pytest.mark.parametrize(
    "address",
    [
        *(
            "ftp://a.example",
            "https://",
            "https:// a.example",
            "https://a.example/\n",
            "https://a.example:0/",
            "https:///x",
        ),
        *("https://a.example:99999/", "https://a.example:x/", "https://\u00e9.example/", "javascript://a", ""),
        "https://a.example/" + "x" * 2_000,
    ],
)
async def test_an_unusable_return_url_is_rejected(tenant, address):
    assert await code_of(tenant.buy(paymentMethod=VISA, returnUrl=address)) == "invalid_request"


@pytest.mark.parametrize(
    "address", ["https://portal.example/a?b=c&d=%20#e", "http://localhost:8080", "https://[::1]/x", "HTTPS://A.example"]
)
async def test_a_return_url_is_passed_on_unchanged(tenant, address):
    assert (await tenant.buy(paymentMethod=VISA, returnUrl=address)).value["state"] == "succeeded"


async def test_a_recharge_without_a_payment_waits_for_its_next_try_and_is_notified(world, tenant):
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    world.payments.refuse("currency_not_supported", on="create")
    await about_to_recharge(tenant)
    await cross(tenant)
    order = await tenant.auto_recharge()
    assert (order["slot"], order["reason"]) == ("declined", "currency_not_supported")
    assert order["nextAttempt"] is not None
    assert len(world.mail.emails) == 1
    await world.tick(hours=1)
    assert (await tenant.auto_recharge())["slot"] == "idle"
    assert tries(world) == [True]
    assert await world.audit() == []
