"""Calls are authorised against what pools and lots can pay, and their usage settles the hold (R13, R14)."""

import asyncio

import pytest

from shared.service.http import ProblemError
from shared.use_cases.calls import authorise_call
from tests.tenant import BOSTON, LONDON, Tenant, call, report, usd

START = "2026-03-01T12:00:00Z"


@pytest.fixture
async def prepared(world):
    tenant = Tenant(world)
    await world.publish()
    await tenant.open()
    yield tenant
    assert await world.audit() == []


async def test_a_yes_holds_the_price_of_the_wanted_seconds(prepared):
    await prepared.grant("100")
    answer = await prepared.authorise(wantedSeconds=300)
    assert answer == {
        "allowed": True,
        "reason": None,
        "callKind": "international",
        "leg": "leg-1",
        "maxSeconds": 300,
        "validUntil": "2026-03-01T12:07:00Z",
        "validSeconds": 420,
        "reauthoriseAt": "2026-03-01T12:04:00Z",
        "reauthoriseSeconds": 240,
        "finalUnit": None,
        "perMinute": usd("0.020000"),
        "freeSeconds": 0,
    }
    amounts = await prepared.amounts()
    assert (amounts["balance"], amounts["held"], amounts["spendable"]) == ("100", "0.1", "99.9")


@pytest.mark.parametrize(
    ("wanted", "seconds"), [(None, 300), (60.0, 60), (3_600, 3_600), (3_601, 3_600), (10**30, 3_600)]
)
async def test_null_is_absent_a_whole_number_is_a_number_and_the_most_is_an_hour(prepared, wanted, seconds):
    await prepared.grant("100")
    assert (await prepared.authorise(wantedSeconds=wanted))["maxSeconds"] == seconds


@pytest.mark.parametrize("wanted", [0, -1, "300", 1.5, True, [60]])
async def test_what_is_no_number_of_seconds_is_refused(prepared, wanted):
    with pytest.raises(ProblemError) as raised:
        await prepared.authorise(wantedSeconds=wanted)
    assert [flaw.pointer for flaw in raised.value.flaws] == ["/wantedSeconds"]


async def test_concurrent_calls_cannot_spend_the_same_money(prepared):
    await prepared.grant("0.06")
    answers = await asyncio.gather(*(prepared.authorise(f"leg-{n}", wantedSeconds=60) for n in range(5)))
    assert [answer["allowed"] for answer in answers] == [True, True, True, False, False]
    assert answers[3]["reason"] == "balance_zero"


async def test_the_last_money_is_the_final_unit(prepared):
    await prepared.grant("0.05")
    answer = await prepared.authorise(wantedSeconds=300)
    assert (answer["maxSeconds"], answer["finalUnit"]) == (120, {"action": "terminate", "warnSeconds": 60})
    refused = await prepared.authorise("leg-2")
    assert (refused["allowed"], refused["reason"]) == (False, "balance_insufficient")


async def test_usage_settles_the_hold(prepared, world):
    await prepared.grant("100")
    await prepared.authorise(wantedSeconds=300)
    await report(world, call(seconds=61, leg="leg-1", startedAt=START))
    amounts = await prepared.amounts()
    assert (amounts["balance"], amounts["held"]) == ("99.96", "0")
    assert (await prepared.extend())["reason"] == "hold_ended"
    assert (await prepared.authorise())["reason"] == "hold_ended"


async def test_a_call_longer_than_its_hold_is_booked_in_full(prepared, world):
    await prepared.grant("100")
    await prepared.authorise(wantedSeconds=60)
    await report(world, call(seconds=600, leg="leg-1", startedAt=START))
    assert (await prepared.amounts())["balance"] == "99.8"


async def test_the_same_question_gets_the_same_answer_while_the_hold_is_open(prepared):
    await prepared.grant("100")
    first = await prepared.authorise()
    assert await prepared.authorise(wantedSeconds=17) == first
    with pytest.raises(ProblemError) as refused:
        await prepared.authorise(called=BOSTON)
    assert refused.value.code == "idempotency_conflict"
    assert (await prepared.amounts())["held"] == "0.1"


async def test_extending_adds_seconds_to_the_total(prepared, world):
    await prepared.grant("0.20")
    await prepared.authorise(wantedSeconds=300)
    world.clock.forward(minutes=4)
    more = await prepared.extend(wantedSeconds=120)
    assert (more["allowed"], more["maxSeconds"], more["validUntil"]) == (True, 420, "2026-03-01T12:09:00Z")
    last = await prepared.extend(wantedSeconds=3600)
    assert (last["maxSeconds"], last["finalUnit"]["action"]) == (600, "terminate")
    denied = await prepared.extend()
    assert (denied["allowed"], denied["reason"], denied["maxSeconds"]) == (False, "balance_zero", 600)


async def test_a_released_leg_can_never_be_authorised_again(prepared):
    await prepared.grant("100")
    await prepared.authorise()
    assert await prepared.release() == {"leg": "leg-1"}
    assert (await prepared.amounts())["held"] == "0"
    assert (await prepared.authorise())["reason"] == "hold_ended"
    await prepared.release("leg-2")
    await prepared.release("leg-2")
    assert (await prepared.authorise("leg-2"))["reason"] == "hold_ended"


async def test_a_hold_times_out(prepared, world):
    await prepared.grant("100")
    await prepared.authorise(wantedSeconds=60)
    await world.tick(seconds=181)
    assert (await prepared.amounts())["held"] == "0"
    await report(world, call(seconds=60, leg="leg-1", startedAt=START))
    assert await prepared.booked("debit") == [("debit", "-0.02")]


async def test_usage_before_its_authorisation_ends_the_leg(prepared, world):
    await prepared.grant("100")
    await prepared.authorise("the account authorises its calls")
    await report(world, call(seconds=60, leg="leg-1", startedAt=START))
    assert (await prepared.authorise())["reason"] == "hold_ended"


@pytest.mark.parametrize("open_it", [True, False])
async def test_emergency_calls_are_allowed_whatever_the_account_is(world, open_it):
    tenant = Tenant(world)
    if open_it:
        await tenant.open()
    answer = await tenant.authorise(called="911", **({} if open_it else {"usageLocation": "US"}))
    assert (answer["allowed"], answer["callKind"], answer["maxSeconds"]) == (True, "emergency", None)


async def test_an_emergency_call_does_not_wait_for_a_storage_that_hangs(world, monkeypatch):
    async def hangs(_verb, _partition, _what):
        await asyncio.Event().wait()

    monkeypatch.setattr(authorise_call, "HELP_SECONDS", 0.01)
    world.ledger.before = hangs
    async with asyncio.timeout(5):
        answer = await Tenant(world).authorise(called="911")
    assert (answer["allowed"], answer["callKind"], answer["maxSeconds"]) == (True, "emergency", None)


@pytest.mark.parametrize(
    "wrong",
    [{"usageLocaton": "US"}, {"usageLocation": "XX"}, {"usageLocation": "us"}, {"user": 7}, {"service": ...}, {"x": 1}],
)
@pytest.mark.parametrize(("called", "is_emergency"), [("911", True), ("+911", True), (LONDON, False)])
async def test_a_wrong_or_unknown_field_is_refused_unless_it_is_an_emergency(prepared, wrong, called, is_emergency):
    await prepared.grant("100")
    if is_emergency:
        answer = await prepared.authorise(called=called, **wrong)
        assert (answer["allowed"], answer["callKind"]) == (True, "emergency")
        return
    with pytest.raises(ProblemError) as raised:
        await prepared.authorise(called=called, **wrong)
    assert [flaw.pointer for flaw in raised.value.flaws] == [f"/{field}" for field in wrong]
    assert (await prepared.amounts())["held"] == "0"


@pytest.mark.parametrize("leg", ["x" * 257, "a\tb"])
async def test_a_wrong_leg_is_refused_unless_it_is_an_emergency(prepared, leg):
    answer = await prepared.authorise(leg, called="911")
    assert (answer["allowed"], answer["leg"]) == (True, leg)
    with pytest.raises(ProblemError, match="a leg has"):
        await prepared.authorise(leg)


async def test_at_zero_no_chargeable_call_may_start(prepared):
    denied = await prepared.authorise()
    assert (denied["allowed"], denied["reason"], denied["callKind"]) == (False, "balance_zero", "international")
    inbound = await prepared.authorise("leg-2", direction="in", called="+16175550100")
    assert (inbound["allowed"], inbound["callKind"], inbound["maxSeconds"]) == (True, "inbound", None)


async def test_however_many_holds_time_out_one_wake_up_ends_them(prepared, world):
    await prepared.grant("100")
    await asyncio.gather(*(prepared.authorise(f"leg-{n}", wantedSeconds=60) for n in range(200)))
    assert (await prepared.amounts())["held"] == "4"
    await world.tick(minutes=4)
    assert (await prepared.amounts())["held"] == "0"


@pytest.mark.parametrize("how", ["released", "timed out"])
async def test_what_an_unused_hold_gives_back_settles_the_overdraft_first(prepared, world, how):
    await prepared.grant("0.10")
    await prepared.authorise("leg-1", wantedSeconds=300)  # all of it
    await report(world, call("unpaid", seconds=60, startedAt=START))
    assert (await prepared.amounts())["overdraft"] == "0.02"
    if how == "released":
        await prepared.release("leg-1")
    else:
        await world.tick(seconds=421)
    amounts = await prepared.amounts()
    assert (amounts["balance"], amounts["held"], amounts["overdraft"]) == ("0.08", "0", "0")
    settled = (await prepared.movements())[-1]
    assert (settled["event"], settled["amount"]["amount"], settled["overdraft"]["amount"]) == (
        None,
        "0.000000",
        "-0.020000",
    )


async def test_an_overdue_hold_ends_before_the_timer_comes(prepared, world):
    await prepared.grant("0.02")
    first = await prepared.authorise("leg-1", wantedSeconds=60)
    assert first["validUntil"] == "2026-03-01T12:03:00Z"
    world.clock.forward(seconds=179)
    assert (await prepared.authorise("leg-2", wantedSeconds=60))["reason"] == "balance_zero"
    world.clock.forward(seconds=1)
    assert (await prepared.authorise("leg-1", wantedSeconds=60))["reason"] == "hold_ended"
    assert (await prepared.authorise("leg-2", wantedSeconds=60))["allowed"]
    assert (await prepared.extend("leg-1"))["reason"] == "hold_ended"
    assert (await prepared.amounts())["held"] == "0.02"


async def test_an_overdue_hold_is_not_extended_by_its_own_money(prepared, world):
    await prepared.grant("0.02")
    await prepared.authorise("leg-1", wantedSeconds=60)
    world.clock.forward(seconds=180)
    assert (await prepared.extend("leg-1"))["reason"] == "hold_ended"
    assert (await prepared.amounts())["held"] == "0"


async def test_an_overdue_hold_is_not_extended_even_before_the_timer_ends_it(prepared, world):
    await prepared.grant("100")
    await prepared.authorise(wantedSeconds=60)
    world.clock.forward(seconds=180)
    assert (await prepared.extend())["reason"] == "hold_ended"
    assert (await prepared.amounts())["held"] == "0"
