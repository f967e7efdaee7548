"""A conflict accepted as a correction: what was booked is unwound, the new content booked instead (R10, R11)."""

import asyncio

import pytest

from shared.kernel.ids import AccountId
from shared.posting.decision import event
from shared.posting.journal import reads
from tests.tenant import BOSTON, LONDON, Tenant, call, code_of, plain, report

CHINA = b"prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds\n86,China,,CN,1,0,60,60\n"
TO_CHINA = {"called": "+861012345678"}


async def conflicts(tenant):
    return [item["id"] for item in await tenant.suspended() if item["reason"] == "conflict"]


async def waiting(tenant, reason):
    (item,) = [item["id"] for item in await tenant.suspended() if item["reason"] == reason]
    return item


@pytest.mark.parametrize(
    ("first", "then", "difference", "balance"),
    [
        (60, 120, "-0.02", "99.96"),
        (120, 60, "0.02", "99.98"),
        (60, 0, "0.02", "100"),
        (0, 60, "-0.02", "99.98"),
        (60, 59, "0", "99.98"),  # the same minute
    ],
)
async def test_a_correction_amounts_to_the_difference(tenant, first, then, difference, balance):
    world = tenant.world
    await tenant.grant("100")
    await report(world, call(seconds=first), call(seconds=then))
    (item,) = await conflicts(tenant)
    assert (await tenant.accept(item))["state"] == "accepted"
    (corrected,) = await tenant.movements(kind="correction")
    assert plain(corrected["amount"]) == difference
    assert corrected["event"] == {"source": "urn:example:sbc-1", "id": "call-1"}
    assert await tenant.balance() == balance
    assert await world.audit() == []


async def test_accepted_twice_it_is_corrected_once(world, tenant):
    await tenant.grant("100")
    await report(world, call(), call(seconds=600))
    (item,) = await conflicts(tenant)
    assert await tenant.accept(item) == await tenant.accept(item)
    await asyncio.gather(*(tenant.accept(item) for _ in range(5)))
    assert await tenant.booked("correction") == [("correction", "-0.18")]


async def test_an_acceptance_that_was_cut_off_before_it_was_noted_corrects_nothing_more(world, tenant):
    await tenant.grant("100")
    await report(world, call(), call(seconds=600))
    (item,) = await conflicts(tenant)
    before = dict(world.suspense.partitions["items"])
    await tenant.accept(item)
    world.suspense.partitions["items"] = before
    assert (await tenant.accept(item))["state"] == "accepted"
    assert await tenant.booked("correction") == [("correction", "-0.18")]


async def test_two_conflicts_accepted_one_after_the_other_leave_what_the_last_one_says(world, tenant):
    await tenant.grant("100")
    await report(world, call(seconds=60))
    for seconds in (600, 120):
        world.clock.forward(seconds=1)
        await report(world, call(seconds=seconds))
    first, second = await conflicts(tenant)
    await tenant.accept(first)
    await tenant.accept(second)
    assert await tenant.booked("correction") == [("correction", "-0.18"), ("correction", "0.16")]
    assert await tenant.balance() == "99.96"
    assert await world.audit() == []


async def test_corrections_of_a_call_are_numbered_upwards_as_those_that_are_stored_already(world, tenant):
    await tenant.grant("100")
    await report(world, call(seconds=60), call(seconds=600), call(seconds=120))
    for item in await conflicts(tenant):
        await tenant.accept(item)
    one = ("usage", tenant.account, "urn:example:sbc-1", "call-1")
    names = {f"#c{number}": event(*one, f"#c{number}", content="") for number in range(-1, 4)}
    marks = await reads.marks(world.ledger, AccountId(tenant.account), tuple(names.values()))
    assert [name for name, own in names.items() if own.key in marks] == ["#c1", "#c2"]


async def test_two_conflicts_accepted_at_the_same_moment_leave_what_one_of_them_says(world, tenant):
    await tenant.grant("100")
    await report(world, call(seconds=60), call(seconds=600), call(seconds=120))
    first, second = await conflicts(tenant)
    other = Tenant(world)
    await asyncio.gather(tenant.accept(first), other.accept(second))
    assert await tenant.balance() in {"99.96", "99.8"}
    assert len(await tenant.booked("correction")) == 2
    assert await world.audit() == []


async def test_lots_are_unwound_backwards_and_closed_ones_opened_again(world, tenant):
    for number in (1, 2, 3):
        await tenant.grant("0.5", f"PO-{number}")
        world.clock.forward(days=1)
    await report(world, call(called=BOSTON, seconds=144))  # 1.30: two lots whole, 0.30 of the third
    assert [plain(lot["remaining"]) for lot in await tenant.lots()] == ["0", "0", "0.2"]
    await report(world, call(called=BOSTON, seconds=60))  # 0.60
    await tenant.accept(await waiting(tenant, "conflict"))
    assert [plain(lot["remaining"]) for lot in await tenant.lots()] == ["0", "0.4", "0.5"]
    assert [lot["state"] for lot in await tenant.lots()] == ["spent", "open", "open"]
    assert await world.audit() == []


async def test_overdraft_is_given_back_before_lots(world, tenant):
    await tenant.grant("0.5")
    await report(world, call(called=BOSTON, seconds=60), call(called=BOSTON, seconds=0))
    assert (await tenant.amounts())["overdraft"] == "0.1"
    await tenant.accept(await waiting(tenant, "conflict"))
    numbers = await tenant.amounts()
    assert (numbers["balance"], numbers["overdraft"]) == ("0.5", "0")


async def test_overdraft_that_was_paid_meanwhile_comes_back_as_credit(world, tenant):
    await report(world, call(called=BOSTON, seconds=60))
    await tenant.grant("100")
    await report(world, call(called=BOSTON, seconds=0))
    await tenant.accept(await waiting(tenant, "conflict"))
    assert await tenant.amounts() == dict.fromkeys(("held", "overdraft", "accrued"), "0") | dict.fromkeys(
        ("balance", "spendable"), "100"
    )
    assert await world.audit() == []


async def test_the_same_content_is_a_duplicate_after_it_was_accepted(world, tenant):
    await report(world, call(), call(seconds=600))
    await tenant.accept(await waiting(tenant, "conflict"))
    await report(world, call(), call(seconds=600))
    assert await tenant.suspended() == []
    assert len(await tenant.booked()) == 2


# --- the first one was never booked


async def test_an_original_in_suspense_was_nothing_so_the_correction_is_the_whole_amount(world, tenant):
    await tenant.grant("100")
    await report(world, call(**TO_CHINA), call(called=LONDON))
    await tenant.accept(await waiting(tenant, "conflict"))
    assert await tenant.booked("correction") == [("correction", "-0.02")]
    assert await world.audit() == []


@pytest.mark.parametrize("is_known", [True, False])
async def test_of_a_call_and_its_correction_only_one_is_ever_charged(world, is_known):
    tenant = Tenant(world)
    if is_known:
        await tenant.open()
    await report(world, call(**TO_CHINA), call(called=LONDON))
    original = await waiting(tenant, "no_rate" if is_known else "unknown_account")
    if not is_known:
        await tenant.open()
    await world.publish(CHINA + b"442,UK,,GB,0.02,0,60,60\n")
    await tenant.accept(await waiting(tenant, "conflict"))
    assert (await tenant.replay(original))["reason"] == "conflict"
    await report(world, call(**TO_CHINA), call(called=LONDON))
    assert await tenant.booked() == [("correction", "-0.02")]
    # Whoever holds the first content for the true one can still say so.
    await tenant.accept(original)
    assert (await tenant.amounts())["overdraft"] == "1"
    assert await world.audit() == []


async def test_replayed_first_and_corrected_then_the_difference_is_booked(world, tenant):
    await report(world, call(**TO_CHINA), call(called=LONDON))
    await world.publish(CHINA + b"442,UK,,GB,0.02,0,60,60\n")
    await tenant.replay(await waiting(tenant, "no_rate"))
    await tenant.accept(await waiting(tenant, "conflict"))
    assert await tenant.booked() == [("debit", "-1"), ("correction", "0.98")]


# --- what cannot be accepted


async def test_only_a_conflict_can_be_accepted(world, tenant):
    await report(world, call(**TO_CHINA), b"junk")
    for item in await tenant.suspended():
        assert await code_of(tenant.accept(item["id"])) == "invalid_request"
    assert await tenant.booked() == []


async def test_a_conflict_that_can_not_be_priced_is_not_accepted_and_stays(world, tenant):
    await report(world, call(), call(**TO_CHINA))
    item = await waiting(tenant, "conflict")
    assert await code_of(tenant.accept(item)) == "invalid_request"
    assert await tenant.reasons() == ["conflict"]
    assert await tenant.booked() == [("debit", "-0.02")]
