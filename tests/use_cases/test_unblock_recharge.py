"""Operators unblock a recharge by trying it now or giving it up, always with one payment per slot (R3, R4)."""

import asyncio
from datetime import timedelta

import pytest

from shared.kernel.ids import AccountId
from shared.ledger.book import Refused
from shared.ledger.slot import Slot, SlotState
from shared.ports import PaymentState
from shared.telemetry.instruments import RECHARGES
from shared.use_cases.recharge.unblock_recharge import UnblockAction, _moved, unblock_recharge
from tests.rules.books import NOON, book
from tests.tenant import code_of
from tests.use_cases.recharging import about_to_recharge, cross, tries


async def unblocked(world, tenant, action=UnblockAction.TRY_NOW):
    """The state of the slot after everything that followed was processed."""
    await unblock_recharge(world.services, AccountId(tenant.account), action)
    await world.drain()
    return (await tenant.auto_recharge())["slot"]


@pytest.fixture
async def declined(world, tenant):
    """A recharge that was declined for insufficient funds and will be retried in an hour."""
    world.payments.next_outcome("insufficient_funds")
    await about_to_recharge(tenant)
    await cross(tenant)
    assert tries(world) == [False]
    return tenant


async def test_a_declined_recharge_is_tried_at_once_on_the_same_payment(world, declined):
    assert await unblocked(world, declined) == "idle"
    assert tries(world) == [False, True]
    assert len(world.payments.payments) == 1
    assert await declined.balance() == "60"
    await world.tick(days=10)
    assert tries(world) == [False, True]
    assert await world.audit() == []


async def test_an_exhausted_schedule_starts_again(world, declined):
    world.payments.next_outcome("insufficient_funds", times=5)
    for _ in range(4):
        await world.tick(days=4)
    assert (await declined.auto_recharge())["nextAttempt"] is None
    assert await unblocked(world, declined) == "declined"
    order = await declined.auto_recharge()
    assert order["nextAttempt"] is not None
    await world.tick(hours=1)
    assert tries(world)[-1] is True
    assert len(world.payments.payments) == 1


async def test_an_unnoticed_charge_is_booked_although_its_card_needs_its_holder(world, tenant):
    await about_to_recharge(tenant, "pm_card_authenticationRequired")
    await cross(tenant)
    [payment] = world.payments.payments.values()
    world.payments._finish(payment, payment.card, "succeed")
    assert await unblocked(world, tenant) == "idle"
    assert tries(world) == [False, True]
    assert await tenant.booked("recharge") == [("recharge", "50")]


def test_without_a_usable_card_a_new_try_is_refused():
    slot = Slot(SlotState.DECLINED, 7, 50_000_000, payment="pi_1")
    refusal = _moved(book(slot=slot), slot, UnblockAction.TRY_NOW, NOON)
    assert isinstance(refusal, Refused)
    assert refusal.code == "no_payment_method"


async def test_a_recharge_that_was_given_up_frees_the_slot_only_after_its_payment_is_cancelled(world, declined):
    assert await unblocked(world, declined, UnblockAction.GIVE_UP) == "idle"
    states = [payment.state for payment in world.payments.payments.values()]
    assert states == [PaymentState.CANCELLED, PaymentState.SUCCEEDED]
    assert tries(world) == [False, True]
    assert await declined.booked("recharge") == [("recharge", "50")]


async def test_a_payment_that_succeeds_while_it_is_given_up_becomes_a_lot(world, declined):
    [payment] = world.payments.payments.values()
    cancel = world.payments.cancel

    async def too_late(name):
        world.payments._finish(payment, payment.card, "succeed")
        await cancel(name)

    world.payments.cancel = too_late
    assert await unblocked(world, declined, UnblockAction.GIVE_UP) == "idle"
    assert tries(world) == [False, True]
    assert await declined.booked("recharge") == [("recharge", "50")]


async def test_nothing_is_charged_again_while_the_payment_is_processing(world, tenant):
    world.payments.next_outcome("processing")
    await about_to_recharge(tenant)
    await cross(tenant)
    world.clock.time += timedelta(hours=2)
    for action in UnblockAction:
        assert await unblocked(world, tenant, action) != "idle"
    assert tries(world) == []
    assert len(world.payments.payments) == 1


async def test_an_idle_slot_is_unchanged_and_an_unknown_account_is_refused(world, tenant):
    before = dict(world.ledger.partitions[tenant.account])
    assert await unblocked(world, tenant) == "idle"
    assert world.ledger.partitions[tenant.account] == before
    nobody = AccountId("00000000-0000-4000-8000-00000000dead")
    assert await code_of(unblock_recharge(world.services, nobody, UnblockAction.TRY_NOW)) == "not_found"


async def test_two_processes_that_end_a_payment_record_and_count_it_once(world, declined, monkeypatch):
    counted = []
    monkeypatch.setattr(RECHARGES, "add", lambda _one, attributes: counted.append(attributes["outcome"]))
    await declined.set_auto_recharge(enabled=False)
    pages = (await world.services.book(AccountId(declined.account))).position.sequence
    cancel = world.payments.cancel

    async def slow(name):
        await cancel(name)
        await asyncio.sleep(0.01)

    world.payments.cancel = slow
    await asyncio.gather(unblocked(world, declined, UnblockAction.GIVE_UP), world.drain())
    assert counted == ["cancelled"]
    assert (await world.services.book(AccountId(declined.account))).position.sequence == pages + 1


async def test_the_new_try_happens_immediately_without_a_queue(world, declined):
    slot = await unblock_recharge(world.services, AccountId(declined.account), UnblockAction.TRY_NOW)
    assert tries(world) == [False, True]
    assert slot.state is SlotState.IDLE


async def test_giving_up_happens_immediately(world, declined):
    await declined.set_auto_recharge(enabled=False)
    slot = await unblock_recharge(world.services, AccountId(declined.account), UnblockAction.GIVE_UP)
    assert [payment.state for payment in world.payments.payments.values()] == [PaymentState.CANCELLED]
    assert slot.state is SlotState.IDLE


@pytest.mark.parametrize("action", list(UnblockAction))
def test_a_request_applies_only_to_the_recharge_that_the_operator_saw(action):
    seen, later = (Slot(SlotState.DECLINED, number, 50, payment=f"pi_{number}") for number in (1, 2))
    before = book(slot=later)
    assert _moved(before, seen, action, NOON) is None
    assert _moved(before, later, action, NOON) is not None
