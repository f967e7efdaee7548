"""What-if: a window as it was booked, and as if, through the same rules; nothing is written."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from shared.kernel.times import instant_text
from shared.service.http import ProblemError
from shared.use_cases.insight import window as windows
from shared.use_cases.insight.what_if import what_if
from tests.fakes.world import START
from tests.tenant import BOSTON, OTHER, Tenant, call, code_of, report, subscription, usd
from tests.use_cases.test_reverse_movement import reverse

DAY = timedelta(days=1)

CHEAP = b"""prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds
1617,Boston,mixed,US,0.10,0,60,60
1,North America,mixed,US,0.90,0,60,60
"""


async def ask(tenant, **asked) -> dict[str, Any]:
    body = {"from": instant_text(START - DAY), "to": instant_text(START + 400 * DAY), **asked}
    shown: Any = (await tenant.request(what_if, body)).value
    return shown


def amounts(totals):
    return {name: value["amount"] if isinstance(value, dict) else value for name, value in totals.items()}


async def live(tenant, days=20, *, calls=2, seconds=300, called=BOSTON, **data):
    """So many days with calls, each of 2.60 dollars, while alarms are kept and recharges are paid."""
    world = tenant.world
    for number in range(days):
        for each in range(calls):
            world.clock.time += timedelta(hours=1)
            await world.tick()
            at = instant_text(world.clock.time - timedelta(seconds=seconds))
            await report(world, call(f"{number}-{each}", seconds, called=called, startedAt=at, **data))
            await world.drain()
        world.clock.time += timedelta(hours=24 - calls)
        await world.tick()


@pytest.fixture
async def armed(tenant):
    await tenant.grant("60")
    await tenant.store_card()
    await tenant.set_auto_recharge()
    return tenant


async def test_as_if_nothing_were_different_it_is_as_it_was_booked(armed):
    await live(armed)
    shown = await ask(armed)
    assert amounts(shown["asBooked"]) == {
        "charges": "104.000000",
        "recharges": 2,
        "recharged": "100.000000",
        "secondsAtZero": 0,
        "expired": "0.000000",
        "closing": "56.000000",
    }
    assert shown["asIf"] == shown["asBooked"]
    assert shown["rated"] is None


async def test_another_amount_charges_the_card_less_often(armed):
    await live(armed)
    asked = {"trigger": usd("10"), "amount": usd("100")}
    as_if = amounts((await ask(armed, autoRecharge=asked))["asIf"])
    assert (as_if["recharges"], as_if["recharged"], as_if["closing"]) == (1, "100.000000", "56.000000")


@pytest.mark.parametrize(
    "amounts_too", [{}, {"trigger": None, "amount": None}, {"trigger": usd("10"), "amount": usd("50")}]
)
async def test_without_auto_recharge_nothing_is_recharged(armed, amounts_too):
    await live(armed, days=40)
    shown = await ask(armed, autoRecharge={"enabled": False, **amounts_too})
    booked, as_if = (amounts(shown[name]) for name in ("asBooked", "asIf"))
    assert (booked["recharges"], booked["secondsAtZero"]) == (4, 0)
    assert (as_if["recharges"], as_if["recharged"]) == (0, "0.000000")
    assert as_if["charges"] == booked["charges"]
    assert as_if["secondsAtZero"] > 20 * 86_400


async def test_recharges_of_calls_that_are_reported_together_are_those_that_were_booked(tenant):
    await tenant.grant("60")
    await tenant.store_card()
    await tenant.set_auto_recharge()
    tenant.world.clock.time += timedelta(seconds=1)
    for number in range(3):
        tenant.world.clock.time += timedelta(seconds=1)
        await report(tenant.world, call(f"{number}", 6_000, called=BOSTON))
        await tenant.world.drain()
    tenant.world.clock.time += timedelta(seconds=1)
    shown = await ask(tenant)
    assert shown["asBooked"]["recharges"] > 0
    assert shown["asIf"] == shown["asBooked"]


async def test_a_cap_lets_the_balance_reach_zero(armed):
    await live(armed, days=40)
    booked = (await ask(armed))["asBooked"]
    asked = {"trigger": usd("10"), "amount": usd("50"), "monthlyCap": usd("50")}
    as_if = (await ask(armed, autoRecharge=asked))["asIf"]
    assert booked["secondsAtZero"] == 0
    assert as_if["secondsAtZero"] > 86_400
    assert as_if["recharges"] < booked["recharges"]


async def test_another_rate_card_reprices_each_call_by_its_whole_number(armed):
    await armed.world.publish(CHEAP, "cheap")
    await live(armed, days=2)
    shown = await ask(armed, rateCard="cheap")
    assert amounts(shown["asIf"])["charges"] == "2.000000"
    assert shown["rated"]["byNumber"] == 4


async def test_without_numbers_calls_are_repriced_by_the_prefix_that_matched(armed):
    await armed.world.publish(CHEAP, "cheap")
    await live(armed, days=2)
    await armed.world.services.reports.calls.forget_numbers(armed.account, armed.world.clock.time + 9 * DAY)
    shown = await ask(armed, rateCard="cheap")
    assert (shown["rated"]["byNumber"], shown["rated"]["numbersFrom"]) == (0, None)
    assert shown["rated"]["byPrefix"] + shown["rated"]["notRated"] == 4


async def test_with_a_subscription_its_pool_pays_first(armed):
    await live(armed, days=3, capability="MCOPSTN1", usageLocation="US")
    bought = subscription("S-1", licences=1)
    assert amounts((await ask(armed, subscriptions=[bought]))["asIf"])["charges"] == "0.000000"
    assert amounts((await ask(armed, subscriptions={"items": [bought]}))["asIf"])["charges"] == "0.000000"


async def test_credit_that_lapses_lapses_as_if_too(tenant):
    await tenant.grant("100", "soon", expiresAt=instant_text(START + 10 * DAY))
    await live(tenant, days=16, calls=1)
    shown = await ask(tenant)
    assert amounts(shown["asBooked"])["expired"] == "74.000000"
    assert shown["asIf"] == shown["asBooked"]
    assert shown["asBooked"]["secondsAtZero"] > 5 * 86_400


async def test_a_window_in_mid_month_opens_with_the_lots_and_pools_of_then(armed):
    await armed.set_subscriptions(subscription("S-1", licences=1))
    await live(armed, days=12, calls=1, seconds=21_600, capability="MCOPSTN1", usageLocation="US")
    middle = instant_text(START + 6 * DAY)
    shown = await ask(armed, **{"from": middle})
    assert shown["asBooked"]["charges"]["amount"] != "0.000000"
    assert shown["asIf"] == shown["asBooked"]


async def test_reversed_and_refunded_money_is_as_it_was(armed):
    await live(armed, days=2)
    [first, *_] = await armed.movements(kind="debit")
    await reverse(armed, first)
    shown = await ask(armed)
    assert amounts(shown["asIf"]) == amounts(shown["asBooked"])


async def test_calls_in_progress_set_money_aside_as_if_too(armed):
    await armed.authorise("leg-1", called=BOSTON)
    await live(armed, days=18)
    shown = await ask(armed)
    assert shown["asIf"] == shown["asBooked"]


async def test_nothing_is_written(armed):
    await live(armed, days=3)
    before = deepcopy(armed.world.ledger.partitions)
    await ask(armed, autoRecharge={"trigger": usd("50"), "amount": usd("100")}, rateCard="default")
    assert armed.world.ledger.partitions == before


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"from": "2026-03-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, "invalid_request"),
        ({"from": "2027-03-01T00:00:00Z"}, "invalid_request"),
        ({"rateCard": "nobody's"}, "invalid_request"),
        ({"autoRecharge": {"trigger": usd("10"), "amount": usd("1")}}, "below_minimum"),
        ({"autoRecharge": {"trigger": {"amount": "1", "currency": "EUR"}, "amount": usd("50")}}, "currency_mismatch"),
        ({"subscriptions": [subscription("S-1", plan="NO_SUCH_PLAN")]}, "invalid_request"),
        ({"other": 1}, "invalid_request"),
    ],
)
async def test_what_cannot_be_asked_is_refused(armed, asked, code):
    assert await code_of(ask(armed, **asked)) == code


@pytest.mark.parametrize(
    ("window", "pointer"),
    [
        ({"from": instant_text(START + 30 * DAY)}, "/from"),
        ({"from": instant_text(START - DAY), "to": instant_text(START - DAY)}, "/to"),
        ({"from": instant_text(START - DAY), "to": instant_text(START - 2 * DAY)}, "/to"),
    ],
)
async def test_the_end_of_an_empty_window_that_is_wrong_is_named(armed, window, pointer):
    with pytest.raises(ProblemError) as refused:
        await ask(armed, **window)
    assert [flaw.pointer for flaw in refused.value.flaws] == [pointer]


async def test_a_window_that_is_too_long_is_refused(armed, monkeypatch):
    await live(armed, days=3)
    monkeypatch.setattr(windows, "CALLS_MAX", 2)
    assert await code_of(ask(armed)) == "invalid_request"


async def test_only_calls_count_for_the_length_of_a_window(armed, monkeypatch):
    await live(armed, days=20, calls=2)
    assert len(await armed.movements()) > 40  # calls; and a grant and recharges
    monkeypatch.setattr(windows, "CALLS_MAX", 40)
    assert (await ask(armed))["asBooked"]["recharges"] == 2
    monkeypatch.setattr(windows, "CALLS_MAX", 39)
    assert await code_of(ask(armed)) == "invalid_request"


async def test_another_accounts_window_is_unknown(world):
    assert await code_of(ask(Tenant(world, OTHER))) == "not_found"
