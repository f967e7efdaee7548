"""Holds and pools at their edges: in one commit, at the end of a month, beside overdraft, by hundreds at once."""

import asyncio
from datetime import timedelta

import pytest

from shared.use_cases.accounts.close_account import close_account
from tests.fakes.world import CARD, START
from tests.tenant import BOSTON, LONDON, Tenant, call, plain, report
from tests.use_cases.subscribed import license_user, subscribe, used_pools

STARTED = "2026-03-01T12:00:00Z"
DOMESTIC = {"called": BOSTON, "capability": "MCOPSTN8"}


@pytest.fixture
async def prepared(world):
    """An account whose books are audited after each test."""
    tenant = Tenant(world)
    await tenant.open()
    yield tenant
    assert await world.audit() == []


async def in_one_commit(tenant, *works, pages=2):
    """Carry out *works* while another commit is under way, so that they share the next one, in this order. *pages* is
    the number of all commits.
    """
    others_wait, ledger = asyncio.Event(), tenant.world.ledger

    async def hold_up(verb, _partition, _what):
        if verb == "transact":
            ledger.before = None
            await others_wait.wait()

    ledger.before = hold_up
    tasks = []
    for work in (tenant.grant("100", "first"), *works):
        tasks.append(asyncio.ensure_future(work))
        for _ in range(50):
            await asyncio.sleep(0)
    sequence = last_page(tenant)
    others_wait.set()
    await asyncio.gather(*tasks)
    assert last_page(tenant) == sequence + pages


def last_page(tenant):
    return tenant.world.ledger.partitions[tenant.account]["a:head"].values["sequence"]


async def test_a_call_that_is_authorised_and_released_in_one_commit_passes_the_audit(prepared, world):
    unasked = report(world, call("unasked", seconds=60))
    await in_one_commit(prepared, prepared.authorise(), prepared.release(), unasked)
    assert (await prepared.amounts())["held"] == "0"


async def test_a_call_that_is_authorised_and_reported_in_one_commit_passes_the_audit(prepared, world):
    await in_one_commit(prepared, prepared.authorise(), report(world, call(seconds=60, leg="leg-1", startedAt=STARTED)))
    assert await prepared.booked("debit") == [("debit", "-0.02")]
    assert (await prepared.amounts())["held"] == "0"


async def test_a_debit_is_not_taken_for_one_of_a_hold_that_was_released_in_the_same_commit(prepared, world):
    await prepared.grant("1", "early", expiresAt="2026-03-02T00:00:00Z")
    await prepared.authorise("leg-9", wantedSeconds=3600)
    await prepared.grant("1", "earlier", expiresAt="2026-03-01T18:00:00Z")
    await in_one_commit(
        prepared, prepared.release("leg-9"), report(world, call(seconds=60, leg="leg-2", startedAt=STARTED))
    )
    [paid] = [each["lots"] for each in await prepared.movements() if each["kind"] == "debit"]
    assert len(paid) == 1


@pytest.mark.parametrize("plan", ["MCOPSTN5", "MCOPSTN8"])  # a pool of all users, and one of each user
@pytest.mark.parametrize("has_movement", [True, False])
async def test_a_pool_in_which_a_call_came_and_went_within_one_commit_passes_the_audit(
    prepared, world, plan, has_movement
):
    await subscribe(prepared, plan)
    works = [prepared.authorise(called=BOSTON, capability=plan), prepared.release()]
    if has_movement:
        works.insert(1, report(world, call("unasked", seconds=60)))
    await in_one_commit(prepared, *works)
    assert used_pools(world, prepared.account) == []


async def test_the_pool_of_a_user_keeps_its_user(prepared, world):
    await subscribe(prepared)
    assert (await prepared.authorise(**DOMESTIC))["freeSeconds"] == 300
    [(key, used, pinned, user)] = used_pools(world, prepared.account)
    assert (key.split(".")[:4], used, pinned, user) == (["2026-03", "MCOPSTN8", "domestic", "US"], 0, 300, "ann")
    await report(world, call(seconds=90, leg="leg-1", startedAt=STARTED, **DOMESTIC))
    assert used_pools(world, prepared.account) == [(key, 90, 0, "ann")]


async def test_a_hold_that_ends_pays_overdraft_from_what_it_gives_back(prepared, world):
    await prepared.grant("0.10")
    await prepared.authorise(wantedSeconds=300)
    await report(world, call("unasked", seconds=60))
    assert (await prepared.amounts())["overdraft"] == "0.02"
    await prepared.release()
    amounts = await prepared.amounts()
    assert (amounts["overdraft"], amounts["balance"], amounts["held"]) == ("0", "0.08", "0")


async def test_a_hold_that_times_out_pays_overdraft_from_what_it_gives_back(prepared, world):
    await prepared.grant("0.10")
    await prepared.authorise(wantedSeconds=300)
    await report(world, call("unasked", seconds=60))
    await world.tick(seconds=421)
    assert (await prepared.amounts())["balance"] == "0.08"


async def test_a_question_at_the_end_of_a_month_is_decided_in_the_month_of_its_book(prepared, world):
    """Another process, whose clock is ahead, has booked into the next month before."""
    await subscribe(prepared)
    world.clock.time = START + timedelta(days=30, hours=12, seconds=1)  # the first second of April
    await report(world, call("ahead", seconds=90, startedAt="2026-04-01T00:00:00Z", **DOMESTIC))
    behind = world.process()
    world.clock.time -= timedelta(seconds=2)
    world.services = behind
    answer = await asyncio.wait_for(prepared.authorise("leg-3", **DOMESTIC), 5)
    assert (answer["allowed"], answer["freeSeconds"]) == (True, 300)
    assert [pool[:3] for pool in used_pools(world, prepared.account)] == [
        (f"2026-04.MCOPSTN8.domestic.US.{used_pools(world, prepared.account)[0][0].rpartition('.')[2]}", 90, 300)
    ]


async def test_a_scoped_lot_that_a_hold_has_pinned_pays_for_no_call_of_another_kind(prepared, world):
    """The record of the call names another number than the question."""
    await prepared.grant("1", "scoped", scope=["international"])
    await prepared.authorise(wantedSeconds=300, called=LONDON)
    await report(world, call(seconds=60, leg="leg-1", startedAt=STARTED, called=BOSTON))
    amounts = await prepared.amounts()
    assert (amounts["overdraft"], amounts["held"], amounts["balance"]) == ("0.6", "0", "1")


async def test_the_holds_of_a_switch_that_died_time_out_as_many_at_once_as_a_commit_holds(prepared, world):
    await prepared.grant("100")
    await asyncio.gather(*(prepared.authorise(f"leg-{number}", wantedSeconds=60) for number in range(150)))
    assert (await prepared.amounts())["held"] == "3"
    for seconds in (181, 60):
        await world.tick(seconds=seconds)
    assert (await prepared.amounts())["held"] == "0"


async def test_holds_on_many_lapsed_lots_time_out_beside_other_lots_that_lapse(prepared, world):
    """Everything that is due does not fit into one commit: it is done in several."""
    for number in range(40):
        expires_at = "2026-03-01T12:30:00Z" if number < 20 else "2026-03-01T12:10:00Z"
        await prepared.grant("0.02", f"lot {number}", expiresAt=expires_at, priority=10 if number < 20 else 90)
    for number in range(6):
        assert (await prepared.authorise(f"leg-{number}", wantedSeconds=180))["allowed"]
    world.clock.forward(days=4)
    for _ in range(4):
        await world.tick(minutes=1)
    assert {lot["state"] for lot in await prepared.lots()} == {"expired"}


async def test_what_a_hold_has_set_aside_in_a_pool_is_not_lost_when_the_pool_shrinks(prepared, world):
    await subscribe(prepared)
    await prepared.authorise(wantedSeconds=300, **DOMESTIC)
    await subscribe(prepared, licences=0)
    await report(world, call(seconds=300, leg="leg-1", startedAt=STARTED, **DOMESTIC))
    [debited] = await prepared.movements()
    assert (plain(debited["amount"]), debited["explanation"]["freeSeconds"]) == ("0", 300)


async def test_a_licence_that_is_assigned_in_the_commit_of_a_call_names_its_pool(prepared, world):
    """The pool has been used before, and was not read for the book on which the commit is decided."""
    await subscribe(prepared)
    await report(world, call("first", seconds=90, startedAt=STARTED, **DOMESTIC))
    world.services = world.process()
    await asyncio.wait_for(
        in_one_commit(
            prepared,
            license_user(prepared),
            report(world, call("second", seconds=60, startedAt=STARTED, called=BOSTON)),
            pages=3,
        ),
        5,
    )
    [(_, used, _, _)] = used_pools(world, prepared.account)
    assert used == 150


async def test_a_process_that_knows_an_earlier_life_of_the_account_authorises_for_the_present_one(prepared, world):
    """The account was closed and opened again with another rate card, which has no price for the call."""
    await world.publish(CARD.replace(b"44", b"49"), "other")
    other = world.process()
    assert (await prepared.authorise())["reason"] == "balance_zero"  # this process has read the terms
    world.services, first = other, world.services
    await prepared.request(close_account)
    await prepared.open(rateCard="other")
    world.services = first
    assert (await prepared.authorise("leg-2"))["reason"] == "no_rate"
