"""The fraud brake from end to end: refused calls, paused auto-recharge, one notice, one release (R28, CONTRACT 2.5)."""

import json

import pytest

from shared.service.http import ProblemError
from shared.use_cases.accounts.rebuild_account import rebuild_account
from shared.use_cases.brake.release_brake import release_brake
from shared.use_cases.brake.set_brake import set_brake
from shared.views.brake import read_brake
from tests.fakes.world import ACCOUNT
from tests.tenant import BOSTON, LONDON, call, code_of, report, usd
from tests.use_cases.subscribed import subscribe

NOW = "2026-03-01T11:50:00Z"


@pytest.fixture
async def tenant(tenant):
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await tenant.grant("200")
    return tenant


async def brake(tenant):
    return (await tenant.request(read_brake)).value


async def limit(tenant, **fields):
    settings = {"enabled": True, "perUserPerHour": usd("20"), "sensitivity": 0.5, **fields}
    return await tenant.request(set_brake, settings, etag="*")


async def steal(world, calls=3, *, user="thief", first=0, **fields):
    """Calls of ten minutes to Boston, 5.10 dollars each."""
    for number in range(first, first + calls):
        await report(world, call(f"{user} {number}", 600, called=BOSTON, user=user, **fields))
    await world.drain()


def mails(world):
    return [mail for mail in world.mail.emails if "brake" in mail.text]


async def test_the_defaults_have_an_etag_and_watch(tenant):
    reply = await tenant.request(read_brake)
    assert reply.headers["ETag"] == '"brake-0"'
    assert reply.value == {
        "enabled": True,
        "perUserPerHour": None,
        "perPrefixPerHour": None,
        "sensitivity": 0.5,
        "state": "watching",
        "since": None,
        "why": [],
    }


async def test_settings_need_the_newest_etag_and_the_accounts_currency(tenant):
    body = {"enabled": True, "perUserPerHour": usd("20"), "sensitivity": 0.25}
    assert await code_of(tenant.request(set_brake, body)) == "precondition_required"
    assert (await tenant.request(set_brake, body, etag='"brake-0"')).value["sensitivity"] == 0.25
    assert await code_of(tenant.request(set_brake, body, etag='"brake-0"')) == "stale"
    euros = {**body, "perUserPerHour": {"amount": "20", "currency": "EUR"}}
    assert await code_of(tenant.request(set_brake, euros, etag="*")) == "currency_mismatch"
    assert await code_of(tenant.request(set_brake, {**body, "sensitivity": 1.5}, etag="*")) == "invalid_request"
    with pytest.raises(ProblemError) as refused:
        await tenant.request(set_brake, {**body, "sensitivity": "half"}, etag="*")
    assert [(flaw.pointer, flaw.detail) for flaw in refused.value.flaws] == [("/sensitivity", "a number")]


async def test_the_call_that_crosses_the_limit_stops_its_user_and_tells_everyone_once(world, tenant):
    await limit(tenant)
    await steal(world, 3)
    assert (await brake(tenant))["state"] == "watching"
    await steal(world, 4, first=3)
    shown = await brake(tenant)
    assert (shown["state"], shown["since"]) == ("braked", "2026-03-01T12:00:00Z")
    assert shown["why"] == [{"user": "thief", "prefix": None, "observed": usd("20.400000"), "usual": usd("0.000000")}]
    assert len(mails(world)) == 1
    assert "thief" in mails(world)[0].text
    assert await world.audit() == []


async def test_only_chargeable_calls_of_those_who_are_named_are_refused(world, tenant):
    await subscribe(tenant)
    await limit(tenant)
    await steal(world, 4)
    assert (await tenant.authorise("a", called=BOSTON, user="thief"))["reason"] == "fraud_brake"
    assert (await tenant.authorise("b", called=BOSTON, user="ann"))["allowed"]
    assert (await tenant.authorise("c", called="911", user="thief"))["allowed"]
    pooled = await tenant.authorise("d", called=BOSTON, user="thief", capability="MCOPSTN8")
    assert (pooled["allowed"], pooled["freeSeconds"]) == (True, pooled["maxSeconds"])


async def test_a_prefix_that_is_named_is_refused_to_everybody(world, tenant):
    await limit(tenant, perUserPerHour=None, perPrefixPerHour=usd("20"))
    for user in ("ann", "bo", "cy", "di"):
        await steal(world, 1, user=user)
    assert [cause["prefix"] for cause in (await brake(tenant))["why"]] == ["1"]
    assert (await tenant.authorise("a", called=BOSTON, user="eve"))["reason"] == "fraud_brake"
    assert (await tenant.authorise("b", called=LONDON, user="eve"))["allowed"]


async def test_calls_in_progress_count_before_their_usage_comes(world, tenant):
    await limit(tenant)
    answers = [await tenant.authorise(f"leg {n}", called=BOSTON, user="thief", wantedSeconds=1200) for n in range(4)]
    assert [answer["allowed"] for answer in answers] == [True, True, False, False]
    assert answers[-1]["reason"] == "fraud_brake"
    extended = await tenant.extend("leg 0", wantedSeconds=600)
    assert (extended["allowed"], extended["reason"]) == (False, "fraud_brake")
    assert len(mails(world)) == 0
    await world.drain()
    assert len(mails(world)) == 1


async def test_a_hold_and_the_usage_that_settles_it_are_one_call(world, tenant):
    await limit(tenant)
    for number in range(3):
        await tenant.authorise(f"leg {number}", called=BOSTON, user="bo", wantedSeconds=600)
        await report(world, call(f"call {number}", 600, called=BOSTON, user="bo", leg=f"leg {number}"))
    assert (await brake(tenant))["state"] == "watching"
    for number in range(9):  # nobody answered
        await tenant.authorise(f"free {number}", called=BOSTON, user="bo", wantedSeconds=300)
        await tenant.release(f"free {number}")
    assert (await brake(tenant))["state"] == "watching"


async def test_auto_recharge_is_paused_before_the_card_is_drained_and_goes_on_after_the_release(world, tenant):
    await tenant.store_card()
    await tenant.set_auto_recharge(trigger=usd("190"), amount=usd("50"))
    await limit(tenant)
    await steal(world, 40)
    charged = len(await tenant.booked("recharge"))
    paused = (await tenant.auto_recharge())["paused"]
    assert (paused["reason"], paused["until"]) == ("brake", None)
    await steal(world, 20, first=40)
    assert len(await tenant.booked("recharge")) == charged <= 1
    await tenant.set_auto_recharge(trigger=usd("195"), amount=usd("90"))
    assert (await tenant.auto_recharge())["paused"] == paused
    await tenant.request(release_brake)
    await world.drain()
    assert (await tenant.auto_recharge())["paused"] is None
    assert len(await tenant.booked("recharge")) == charged + 1
    assert await world.audit() == []


async def test_a_charge_that_is_about_to_be_made_is_given_up(world, tenant):
    await tenant.store_card()
    await limit(tenant)
    await tenant.set_auto_recharge(trigger=usd("185"), amount=usd("50"))
    events = [call(f"t{number}", 600, called=BOSTON, user="thief") for number in range(6)]
    await report(world, events)  # one commit: the trigger and the brake
    await world.drain()
    assert await tenant.booked("recharge") == []
    assert (await tenant.auto_recharge())["slot"] == "idle"


async def test_a_release_lets_calls_go_on_and_the_same_calls_do_not_brake_again(world, tenant):
    await limit(tenant)
    await steal(world, 4)
    world.clock.forward(minutes=5)
    released = (await tenant.request(release_brake)).value
    assert (released["state"], released["since"], released["why"]) == ("watching", "2026-03-01T12:05:00Z", [])
    assert (await tenant.authorise("a", called=BOSTON, user="thief"))["allowed"]
    await tenant.release("a")
    await steal(world, 4, first=4)  # they began before the release
    assert (await brake(tenant))["state"] == "watching"
    await steal(world, 4, first=8, startedAt="2026-03-01T12:06:00Z")
    assert (await brake(tenant))["state"] == "braked"
    await world.drain()
    assert len(mails(world)) == 2
    assert (await tenant.request(release_brake)).value["state"] == "watching"
    assert (await tenant.request(release_brake)).value["state"] == "watching"


async def test_a_rebuilt_account_is_still_braked_and_knows_its_habit(world, tenant):
    await limit(tenant)
    await steal(world, 4)
    before = {key: dict(row.values) for key, row in world.ledger.partitions[ACCOUNT].items() if key[:2] == "a:"}
    for key in list(world.ledger.partitions[ACCOUNT]):
        if not key.startswith("j:"):
            del world.ledger.partitions[ACCOUNT][key]
    world.services = world.process()
    await rebuild_account(world.services, ACCOUNT)
    after = {key: dict(row.values) for key, row in world.ledger.partitions[ACCOUNT].items() if key[:2] == "a:"}
    assert after["a:brake"] == before["a:brake"]
    assert json.loads(after["a:habit"]["b0"])[0]["thief"] == json.loads(before["a:habit"]["b0"])[0]["thief"]
    assert (await tenant.authorise("a", called=BOSTON, user="thief"))["reason"] == "fraud_brake"


async def test_the_audit_finds_a_brake_that_somebody_released_in_its_row(world, tenant):
    await limit(tenant)
    await steal(world, 4)
    row = world.ledger.partitions[ACCOUNT]["a:brake"]
    text = str(row.values["b0"]).replace('"thief"', '"bo"')
    world.ledger.partitions[ACCOUNT]["a:brake"] = type(row)(row.key, row.etag, {**row.values, "b0": text})
    [finding] = await world.audit()
    assert "a:brake" in finding
