"""Advice over the real loop: from the journal, and from another provider's bill before any purchase."""

import json
from copy import deepcopy
from typing import Any

import pytest

from shared.service.http import ProblemError
from shared.use_cases.insight import bill
from shared.use_cases.insight.read_advice import advise_on_bill, read_advice
from tests.fakes.world import request
from tests.readers.samples import teams
from tests.tenant import OTHER, Tenant, code_of, subscription, usd
from tests.use_cases.test_forecast import call_daily

TITLES = "id,user,direction,service,called,startedAt,durationSeconds,capability\n"


async def advice(tenant) -> dict[str, Any]:
    shown: Any = (await tenant.request(read_advice)).value
    return shown


def rows(days=28, called="+16175550123", seconds=3_600, capability=""):
    """A call at nine on each day of February: 30.10 dollars an hour."""
    lines = [
        f"{day},ann,out,user,{called},2026-02-{day:02d}T09:00:00Z,{seconds},{capability}\n"
        for day in range(1, days + 1)
    ]
    return TITLES + "".join(lines)


async def on_bill(tenant, body, form="csv") -> dict[str, Any]:
    asked = request(tenant.account, body, {}, {"format": form})
    shown: Any = (await advise_on_bill(tenant.world.services, asked)).value
    return shown


async def test_the_journal_tells_what_to_choose(tenant):
    await tenant.grant("100")
    await call_daily(tenant, 28, seconds=3_600)
    shown = await advice(tenant)
    assert (shown["trigger"], shown["amount"]) == (usd("150.000000"), usd("210.000000"))
    assert (shown["enoughData"], shown["needNone"], shown["reasons"]) == (True, False, [])
    assert shown["backTest"]["secondsAtZero"] == 0
    assert shown["backTest"]["from"].startswith("2026-02-01")


async def test_a_bill_gives_the_same_advice_before_any_purchase(tenant):
    shown = await on_bill(tenant, rows())
    assert (shown["trigger"], shown["amount"], shown["needNone"]) == (usd("150.000000"), usd("220.000000"), False)


async def test_reading_a_bill_writes_nothing(tenant):
    before = deepcopy(
        (tenant.world.ledger.partitions, tenant.world.suspense.partitions, list(tenant.world.queues.waiting))
    )
    await on_bill(tenant, rows())
    world = tenant.world
    assert (world.ledger.partitions, world.suspense.partitions, list(world.queues.waiting)) == before


async def test_a_bill_whose_calls_a_plan_would_cover_needs_no_credit(tenant):
    await tenant.set_subscriptions(subscription("S-1", licences=1))
    shown = await on_bill(tenant, rows(capability="MCOPSTN1", seconds=1_800))
    assert (shown["needNone"], shown["trigger"], shown["amount"]) == (True, None, None)
    assert [reason["code"] for reason in shown["reasons"]] == ["included_minutes"]


async def test_a_month_of_working_days_is_enough(tenant):
    lines = rows().splitlines(keepends=True)
    february_is_four_weeks_from_a_sunday = "".join([lines[0], *lines[2:28]])
    shown = await on_bill(tenant, february_is_four_weeks_from_a_sunday)
    assert (shown["backTest"]["from"], shown["backTest"]["to"]) == ("2026-02-02T00:00:00Z", "2026-02-28T00:00:00Z")
    assert shown["enoughData"]
    assert not (await on_bill(tenant, "".join([lines[0], *lines[3:28]])))["enoughData"]


async def test_a_bill_of_calls_that_the_own_carrier_charges_needs_no_credit(tenant):
    [sample] = [each for each in teams.SAMPLES if each.name == "Direct Routing is not charged by default"]
    shown = await on_bill(tenant, sample.content.decode(), sample.format)
    assert (shown["needNone"], shown["trigger"], shown["enoughData"]) == (True, None, False)
    assert shown["reasons"] == [
        {"code": "no_charged_calls", "detail": "no record costs credit: 1 emergency, 1 own_carrier"}
    ]


async def test_records_that_have_no_price_are_counted(tenant):
    twice = rows(2) + rows(2).removeprefix(TITLES)
    unpriced = "x,ann,out,user,+819012345678,2026-02-01T09:00:00Z,60,\ny,ann,out,user,,2026-02-01T09:00:00Z,60,\n"
    shown = await on_bill(tenant, twice + unpriced)
    [reason] = [reason for reason in shown["reasons"] if reason["code"] == "not_priced"]
    assert "2 duplicate" in reason["detail"]
    assert "1 no_rate" in reason["detail"]


async def test_records_that_are_no_events_are_counted(tenant):
    event = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": "pbx", "id": "1", "data": {}}
    nameless = {name: value for name, value in event.items() if name != "source"}
    body = "\n".join(json.dumps(each) for each in ({}, nameless, {**event, "data": None}))
    with pytest.raises(ProblemError, match="3 not_cloudevents"):
        await on_bill(tenant, body, "cloudevents")


async def test_a_user_without_a_licence_is_named(tenant):
    await tenant.grant("100")
    await tenant.assign("ann")
    await call_daily(tenant, 20)
    await tenant.unassign("ann")
    assert [reason["code"] for reason in (await advice(tenant))["reasons"]] == ["not_licensed"]


async def test_calls_that_would_now_be_refused_for_want_of_a_licence_need_no_credit(tenant):
    """The telephony system asks before calls, so that they would not begin: what they took says nothing."""
    await tenant.grant("100")
    await tenant.assign("ann")
    assert (await tenant.authorise())["allowed"]
    await tenant.release()
    await call_daily(tenant, 28, seconds=3_600)
    assert (await advice(tenant))["trigger"] == usd("180.000000")
    await tenant.unassign("ann")
    shown = await advice(tenant)
    assert (shown["needNone"], shown["trigger"]) == (True, None)
    assert "not_licensed" in [reason["code"] for reason in shown["reasons"]]


@pytest.mark.parametrize(
    ("body", "form", "code"),
    [
        (TITLES, "csv", "invalid_request"),
        ("", "csv", "invalid_request"),
        ("not a table", "csv", "invalid_request"),
        (rows(), "nobody's", "invalid_request"),
        (rows(), "teams-pstn", "invalid_request"),
    ],
)
async def test_what_is_no_bill_is_refused(tenant, body, form, code):
    assert await code_of(on_bill(tenant, body, form)) == code


async def test_a_bill_that_is_too_long_is_refused(tenant, monkeypatch):
    monkeypatch.setattr(bill, "CALLS_MAX", 5)
    assert await code_of(on_bill(tenant, rows())) == "payload_too_large"


async def test_an_unknown_account_gets_no_advice(world):
    assert await code_of(Tenant(world, OTHER).request(read_advice)) == "not_found"
