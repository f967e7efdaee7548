"""The forecast of a stored account: from its journal, over the real loop."""

from typing import Any

import pytest

from shared.kernel.ids import AccountId
from shared.use_cases.insight import history
from shared.use_cases.insight.read_forecast import read_forecast
from tests.tenant import BOSTON, OTHER, Tenant, call, code_of, report, subscription, usd


async def forecast(tenant) -> dict[str, Any]:
    shown: Any = (await tenant.request(read_forecast)).value
    return shown


async def call_daily(tenant, days, seconds=300, **data):
    """A call to Boston at nine on each of the *days* days before the first of March: 2.60 dollars for five minutes."""
    february = [f"2026-02-{28 - number:02d}T09:00:00Z" for number in range(days)]
    await report(tenant.world, [call(at, seconds, called=BOSTON, startedAt=at, **data) for at in february])


@pytest.fixture
async def funded(tenant):
    await tenant.grant("100")
    return tenant


async def test_the_forecast_continues_what_the_journal_tells(funded):
    await call_daily(funded, 28)
    shown = await forecast(funded)
    assert float(shown["perDay"]["amount"]) == pytest.approx(2.6, rel=0.05)
    assert shown["depletedAt"].startswith("2026-03-1")
    assert shown["depletedBetween"]["earliest"] < shown["depletedAt"] < shown["depletedBetween"]["latest"]
    assert [reason["code"] for reason in shown["willWorkTomorrow"]["reasons"]] == ["auto_recharge_off"]
    assert (len(shown["fan"]), shown["losses"], shown["nextRechargeAt"]) == (30, [], None)


async def test_a_recharge_is_foreseen_where_a_card_is_stored(funded):
    await call_daily(funded, 28)
    await funded.store_card()
    await funded.set_auto_recharge()
    shown = await forecast(funded)
    assert (shown["depletedAt"], shown["willWorkTomorrow"]["verdict"]) == (None, "yes")
    assert shown["nextRechargeAt"].startswith("2026-03-0")


async def test_nothing_left_means_that_calls_will_not_work(tenant):
    shown = await forecast(tenant)
    assert shown["willWorkTomorrow"]["verdict"] == "no"
    assert shown["perDay"] == usd("0.000000")


async def test_a_user_whose_licence_has_gone_is_named_as_a_reason(funded):
    await funded.assign("ann")
    await call_daily(funded, 20)
    await funded.unassign("ann")
    reasons = {each["code"]: each["detail"] for each in (await forecast(funded))["willWorkTomorrow"]["reasons"]}
    assert reasons["not_licensed"].startswith("1 of 1 users")


async def test_what_a_pool_has_paid_is_expected_to_be_paid_by_it_again(funded):
    await funded.set_subscriptions(subscription("S-1", licences=1))
    await call_daily(funded, 28, capability="MCOPSTN1", usageLocation="US")
    shown = await forecast(funded)
    assert shown["perDay"] == usd("0.000000")


async def test_what_is_read_is_bounded_to_the_latest_calls(funded, monkeypatch):
    for day in range(1, 21):
        await report(funded.world, call(f"{day}", 300, called=BOSTON, startedAt=f"2026-02-{day:02d}T09:00:00Z"))
    monkeypatch.setattr(history, "CALLS_MAX", 5)
    services = funded.world.services
    book = await services.ledger.read(AccountId(funded.account))
    assert book is not None
    found = await history.read_history(services, book, now=services.clock.now())
    assert [use.started_at.day for use in found.uses] == [20, 19, 18, 17, 16]
    assert found.since.day == 16


async def test_an_unknown_account_has_no_forecast(world):
    assert await code_of(Tenant(world, OTHER).request(read_forecast)) == "not_found"
