"""Holds are counted once for each thing that became of them; answers to telephony systems are counted by outcome."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.ledger.change import ACCRUAL, USAGE, Change, Entry, EventName, Movement, MovementKind
from shared.ledger.hold import HeldRate, Hold, HoldEnd
from shared.ports import OutcomeUnknownError
from shared.posting.decision import Decision
from shared.posting.loop.group import Member, form_group
from shared.posting.loop.instrumentation import count_bookings
from shared.recharge.rules import RechargeRules
from tests.fakes.world import ACCOUNT, START
from tests.tenant import LEEDS, call, report

NOON = "2026-03-01T12:00:00Z"
HOLD = Hold("key", "leg-1", "international", "ann", START, START, 60, 0, HeldRate(20_000, 0, 60, 60))
RELEASED = ("key", HoldEnd.RELEASED)


def holds(recorder):
    return {name[1]: value for name, value in recorder.metrics().items() if name[0] == "credits.holds"}


def answers(recorder):
    return {name[1:]: value for name, value in recorder.metrics().items() if name[0] == "credits.authorisations"}


async def test_a_hold_is_counted_when_it_is_opened_extended_and_ends(world, tenant, recorder):
    await tenant.grant("100")
    for leg in ("settled", "released", "lost", "open"):
        await tenant.authorise(leg, wantedSeconds=60)
        await tenant.authorise(leg, wantedSeconds=60)  # the same answer again
    await tenant.extend("settled")
    await tenant.extend("settled")
    await tenant.release("released")
    await tenant.release("released")
    for _ in range(2):
        await report(world, call(leg="settled", startedAt=NOON))
    assert holds(recorder) == {"opened": 4, "extended": 2, "released": 1, "settled": 1}
    await world.tick(seconds=181)
    assert holds(recorder) == {"opened": 4, "extended": 2, "released": 1, "settled": 1, "timedOut": 2}


async def committed(world, *changes):
    """Count what one commit of *changes* books."""

    def member(number, change):
        return Member(Decision(lambda _book, _now: change), asyncio.get_running_loop().create_future(), number)

    waiting = [member(number, change) for number, change in enumerate(changes)]
    book = await world.services.book(ACCOUNT)
    group = form_group(book, waiting, now=world.clock.now(), recharge_rules=RechargeRules(timedelta()))
    assert len(group.written) == len(changes)
    count_bookings(group)


async def test_a_hold_that_is_opened_extended_and_ended_in_one_commit_is_counted_as_all_three(world, tenant, recorder):
    await tenant.grant("100")
    await committed(
        world, Change(holds=(HOLD,)), Change(holds=(replace(HOLD, seconds=120),)), Change(ended=(RELEASED,))
    )
    assert holds(recorder) == {"opened": 1, "extended": 1, "released": 1}


@pytest.mark.usefixtures("tenant")
async def test_a_call_that_is_billed_after_use_is_counted_as_booked(world, recorder):
    entry = Entry(ACCRUAL, USAGE, 20_000)
    await committed(world, Change(movements=(Movement(MovementKind.ACCRUAL, (entry,), EventName("sbc", "call-1")),)))
    assert recorder.metrics()["credits.debits",] == 1


async def test_a_hold_whose_commit_was_answered_late_is_counted_once(world, tenant, recorder):
    await tenant.grant("100")

    async def lost(verb, partition, _what):
        if verb == "transact" and partition == ACCOUNT:
            world.ledger.after = None
            raise OutcomeUnknownError("the answer was cut off")

    world.ledger.after = lost
    await tenant.authorise()
    assert holds(recorder) == {"opened": 1}


async def test_answers_are_counted_by_their_outcome_and_call_kind(tenant, recorder):
    await tenant.grant("0.04")
    await tenant.authorise("leg-1")
    await tenant.authorise("leg-2", called="911")
    await tenant.authorise("leg-3", called="+99912345678")
    await tenant.authorise("leg-4", called=LEEDS)
    await tenant.extend("leg-1")
    await tenant.extend("leg-5")
    assert answers(recorder) == {
        ("authorise", "allowed", "international"): 1,
        ("authorise", "allowed", "emergency"): 1,
        ("authorise", "no_rate", "unknown"): 1,
        ("authorise", "balance_zero", "international"): 1,
        ("extend", "balance_zero", "international"): 1,
        ("extend", "hold_ended", "unknown"): 1,
    }
    durations = {name[1]: value[0] for name, value in recorder.metrics().items() if name[0].endswith(".duration")}
    assert durations == {"authorise": 4, "extend": 2}
