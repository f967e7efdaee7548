"""LOOP 3: a transaction whose answer never came. The page's token tells whether it happened; until then nobody is told
"no".
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product

import pytest

from shared.ports import OutcomeUnknownError, UnavailableError
from shared.posting.decision import Duplicate, Posted
from shared.posting.loop.account_loop import OUTAGES_MAX
from tests.posting.rig import EMPTY, OPENED, Desk, Late, Lost, is_settled, retry_until_ready
from tests.rules.books import ACCOUNT

LANDS = (*range(1, 10), 99)
"""Before which later operation on the table a write arrives; 99: after everything."""


def until(desk, name, seconds=1):
    """A debit that is refused from some time on: decided again later, it would be a "no"."""
    made, deadline = desk.debit(7, name), desk.clock.now() + timedelta(seconds=seconds)
    return replace(made, decide=lambda book, now: made.decide(book, now) if now < deadline else EMPTY)


async def chain_is_whole(desk):
    pages = await desk.pages()
    assert [page.sequence for page in pages] == list(range(1, len(pages) + 1))
    assert all(page.previous == before.hash for before, page in pairwise(pages))
    return len(pages)


async def test_a_write_whose_answer_was_lost_is_known_by_its_token_and_not_written_again(desk):
    before, lost = desk.table.transactions, Lost(1)
    desk.table.after = lost
    answer = await desk.post(desk.debit(7, "call"))
    assert lost.fired == 1
    assert (type(answer), answer.sequence, answer.movements) == (Posted, 3, ("000000000003-000",))
    assert desk.table.transactions - before == 1
    assert await desk.debits() == ["call"]


async def test_a_write_that_never_left_is_written_by_the_next_try(desk):
    desk.table.before = Lost(1)
    assert isinstance(await desk.post(desk.debit(7, "call")), Posted)
    assert await desk.debits() == ["call"]


@pytest.mark.parametrize("faults", list(product(["fine", "request", "answer"], repeat=3)), ids="-".join)
async def test_whatever_is_lost_three_times_in_a_row_each_call_is_booked_once(desk, faults):
    desk.table.before = Lost(*(n for n, fault in enumerate(faults, 1) if fault == "request"))
    desk.table.after = Lost(*(n for n, fault in enumerate(f for f in faults if f != "request") if fault == "answer"))
    names = ["a", "b", "c"]
    answers = await asyncio.gather(*(retry_until_ready(desk.first, desk.debit(7, name)) for name in names))
    desk.table.before = desk.table.after = None
    assert all(is_settled(answer) for answer in answers)
    assert await desk.debits() == names
    assert await desk.left() == 1_000 - 21
    await chain_is_whole(desk)


@pytest.mark.parametrize("when", LANDS)
async def test_a_write_that_lands_late_is_never_booked_beside_its_repetition(desk, when):
    desk.table.before = late = Late(desk.table, when)
    asked = [desk.debit(7, "a"), desk.debit(7, "a"), desk.debit(5, "b"), desk.cautious(2_000, "c")]
    first, twin, other, refused = await asyncio.gather(*map(desk.post, asked))
    late.applied or late.land()
    assert (type(first), type(twin), type(other), refused) == (Posted, Duplicate, Posted, EMPTY)
    assert await desk.debits() == ["a", "b"]
    assert await desk.left() == 988
    assert twin.marker.sequence == first.sequence == other.sequence
    assert await chain_is_whole(desk) == 3


@pytest.mark.parametrize("when", LANDS)
async def test_nobody_is_refused_what_may_yet_be_booked(desk, when):
    class Later(Late):
        async def __call__(self, verb, partition, what):
            desk.clock.forward(seconds=1)
            await super().__call__(verb, partition, what)

    decision = until(desk, "call")
    desk.table.before = late = Later(desk.table, when)
    answer = await desk.post(decision)
    late.applied or late.land()
    assert await desk.debits() == (["call"] if late.applied else [])
    assert answer == EMPTY if not late.applied else isinstance(answer, Posted)
    assert (
        await chain_is_whole(desk) == 3
    )  # the write's page, or the empty one that settled for ever that it never came


async def test_an_unresolved_write_forbids_refusing_others_too(desk):
    desk.table.before = Late(desk.table, 99)
    mine = asyncio.create_task(desk.post(desk.debit(7, "mine")))
    assert await desk.post(desk.cautious(2_000, "other")) == EMPTY
    await mine
    assert [page.facts["movements"] != [] for page in await desk.pages()] == [False, True, True]


async def test_a_rival_s_page_in_its_place_proves_that_a_write_never_happened(desk):
    other = desk.process()
    await other.post(ACCOUNT, desk.debit(1, "theirs first"))

    class Overtaken(Late):
        async def __call__(self, verb, partition, what):
            try:
                await super().__call__(verb, partition, what)
            except OutcomeUnknownError:
                desk.table.before = None
                await other.post(ACCOUNT, desk.debit(990, "theirs"))
                raise

    late = desk.table.before = Overtaken(desk.table, 99)
    assert await desk.post(desk.cautious(500, "mine")) == EMPTY
    assert not late.land()
    assert await desk.debits() == ["theirs first", "theirs"]


@pytest.mark.parametrize("lands", ["while nobody asks", "after the second asking"])
async def test_who_is_told_that_the_storage_is_away_may_ask_again(desk, lands):
    desk.table.before = late = Late(desk.table, 99, away=True)
    with pytest.raises(UnavailableError):
        await desk.post(desk.debit(7, "call"))
    desk.table.before = None
    if lands == "while nobody asks":
        assert late.land()
    answer = await desk.post(desk.debit(7, "call"))
    assert isinstance(answer, Duplicate if lands == "while nobody asks" else Posted)
    assert late.applied or not late.land()
    assert await desk.debits() == ["call"]


async def test_a_process_that_gave_up_still_refuses_nobody_before_its_write_is_resolved(desk):
    decision = until(desk, "call")
    desk.table.before = late = Late(desk.table, 99, away=True)
    with pytest.raises(UnavailableError):
        await desk.post(decision)
    assert not desk.first._loops[ACCOUNT].is_idle  # so it is not forgotten either
    desk.table.before = None
    desk.clock.forward(seconds=5)
    assert await desk.post(decision) == EMPTY
    assert not late.land()
    assert await desk.debits() == []


async def test_a_process_that_crashed_leaves_a_write_that_lands_late(desk):
    desk.table.before = late = Late(desk.table, 99)
    caller = asyncio.create_task(desk.post(desk.debit(7, "call")))
    await late.swallowed.wait()
    desk.first._loops[ACCOUNT]._task.cancel()
    caller.cancel()
    desk.table.before = None
    assert late.land()
    assert isinstance(await desk.process().post(ACCOUNT, desk.debit(7, "call")), Duplicate)
    assert await desk.debits() == ["call"]


async def test_callers_hear_of_an_outage_after_a_few_rounds_and_not_before(desk):
    desk.table.before = lost = Lost(*range(1, OUTAGES_MAX))
    assert isinstance(await desk.post(desk.debit(7, "a")), Posted)
    assert lost.fired == OUTAGES_MAX - 1
    desk.table.before = Lost(*range(1, OUTAGES_MAX + 1))
    with pytest.raises(UnavailableError):
        await desk.post(desk.debit(7, "b"))


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_an_opening_whose_answer_is_lost_opens_once(moment):
    desk = Desk()
    setattr(desk.table, moment, Lost(1))
    opening = replace(desk.debit(0, "open"), opening_terms=OPENED)
    assert isinstance(await desk.post(opening), Posted)
    assert (await desk.stored()).position.sequence == 1


class AnyFault:
    """Fails the *at*-th operation of any kind, on one side of it."""

    def __init__(self, desk, at, moment):
        self.left, self.fired = at, False
        for table in (desk.table, desk.alarms_table):
            setattr(table, moment, self)

    async def __call__(self, verb, _partition, _what):
        self.left -= 1
        if self.left == 0:
            self.fired = True
            raise OutcomeUnknownError("lost") if verb == "transact" else UnavailableError("lost")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", range(1, 11))
async def test_one_fault_at_any_operation_changes_nothing(desk, at, moment):
    rival = desk.process()
    await rival.post(ACCOUNT, desk.debit(0, "look"))
    await desk.post(desk.debit(0, "look again"))
    fault = AnyFault(desk, at, moment)
    asked = [
        (rival, desk.debit(7, "a")),
        (desk.first, desk.debit(7, "b")),
        (desk.first, desk.debit(7, "a")),
        (rival, desk.grant(50, "g")),
        (desk.first, desk.telling("word")),
        (desk.first, desk.cautious(3_000, "too much")),
    ]
    answers = await asyncio.gather(*(retry_until_ready(*each) for each in asked))
    desk.table.before = desk.table.after = desk.alarms_table.before = desk.alarms_table.after = None
    assert [is_settled(answer) for answer in answers] == [True] * 5 + [False]
    assert sorted(await desk.debits()) == ["a", "b", "look", "look again"]
    assert await desk.left() == 1_000 + 50 - 14
    await desk.first.drain(ACCOUNT)
    assert {told.text for told in desk.sent} == {desk.sent[0].text}
    assert desk.outbox == []
    await chain_is_whole(desk)
    assert fault.fired
