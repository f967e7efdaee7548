"""Accepting a conflict as a correction: the booking is unwound, and the new content booked (R10, R11)."""

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
async def test_a_correction_has_the_amount_of_the_difference(tenant, first, then, difference, balance):
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


async def test_a_conflict_accepted_twice_is_corrected_once(world, tenant):
    await tenant.grant("100")
    await report(world, call(), call(seconds=600))
    (item,) = await conflicts(tenant)
    assert await tenant.accept(item) == await tenant.accept(item)
    await asyncio.gather(*(tenant.accept(item) for _ in range(5)))
    assert await tenant.booked("correction") == [("correction", "-0.18")]


async def test_repeating_an_interrupted_acceptance_does_not_correct_again(world, tenant):
    await tenant.grant("100")
    await report(world, call(), call(seconds=600))
    (item,) = await conflicts(tenant)
    before = dict(world.suspense.partitions["items"])
    await tenant.accept(item)
    world.suspense.partitions["items"] = before
    assert (await tenant.accept(item))["state"] == "accepted"
    assert await tenant.booked("correction") == [("correction", "-0.18")]


async def test_after_two_accepted_conflicts_the_last_content_counts(world, tenant):
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


async def test_corrections_of_a_call_continue_the_stored_numbers(world, tenant):
    await tenant.grant("100")
    await report(world, call(seconds=60), call(seconds=600), call(seconds=120))
    for item in await conflicts(tenant):
        await tenant.accept(item)
    one = ("usage", tenant.account, "urn:example:sbc-1", "call-1")
    names = {f"#c{number}": event(*one, f"#c{number}", content="") for number in range(-1, 4)}
    markers = await reads.markers(world.ledger, AccountId(tenant.account), tuple(names.values()))
    assert [name for name, own in names.items() if own.key in markers] == ["#c1", "#c2"]


async def test_after_two_conflicts_accepted_at_once_the_content_of_one_counts(world, tenant):
    await tenant.grant("100")
    await report(world, call(seconds=60), call(seconds=600), call(seconds=120))
    first, second = await conflicts(tenant)
    other = Tenant(world)
    await asyncio.gather(tenant.accept(first), other.accept(second))
    assert await tenant.balance() in {"99.96", "99.8"}
    assert len(await tenant.booked("correction")) == 2
    assert await world.audit() == []


async def test_lots_are_unwound_in_reverse_order_and_closed_ones_reopened(world, tenant):
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


async def test_overdraft_is_refunded_before_lots(world, tenant):
    await tenant.grant("0.5")
    await report(world, call(called=BOSTON, seconds=60), call(called=BOSTON, seconds=0))
    assert (await tenant.amounts())["overdraft"] == "0.1"
    await tenant.accept(await waiting(tenant, "conflict"))
    numbers = await tenant.amounts()
    assert (numbers["balance"], numbers["overdraft"]) == ("0.5", "0")


async def test_overdraft_that_was_settled_meanwhile_is_refunded_as_credit(world, tenant):
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


async def test_if_the_original_is_in_suspense_the_correction_is_the_whole_amount(world, tenant):
    await tenant.grant("100")
    await report(world, call(**TO_CHINA), call(called=LONDON))
    await tenant.accept(await waiting(tenant, "conflict"))
    assert await tenant.booked("correction") == [("correction", "-0.02")]
    assert await world.audit() == []


@pytest.mark.parametrize("is_known", [True, False])
async def test_only_a_call_or_its_correction_is_charged(world, is_known):
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
    # The first content can still be accepted as the true one.
    await tenant.accept(original)
    assert (await tenant.amounts())["overdraft"] == "1"
    assert await world.audit() == []


async def test_accepting_a_conflict_after_a_replay_books_the_difference(world, tenant):
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


async def test_a_conflict_without_a_price_is_not_accepted_and_stays_open(world, tenant):
    await report(world, call(), call(**TO_CHINA))
    item = await waiting(tenant, "conflict")
    assert await code_of(tenant.accept(item)) == "invalid_request"
    assert await tenant.reasons() == ["conflict"]
    assert await tenant.booked() == [("debit", "-0.02")]


async def test_the_hold_of_the_leg_that_the_accepted_content_names_has_ended(world, tenant):
    await tenant.grant("100")
    await tenant.authorise("leg-1")
    await report(world, call(leg=None), call(leg="leg-1"))
    assert (await tenant.amounts())["held"] == "0.1"
    (item,) = await conflicts(tenant)
    await tenant.accept(item)
    amounts = await tenant.amounts()
    assert (amounts["held"], amounts["spendable"]) == ("0", "99.98")
    assert (await tenant.extend("leg-1"))["reason"] == "hold_ended"
    assert await world.audit() == []
