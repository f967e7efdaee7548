"""Lost answers (DESIGN, LOOP 3): the page's token tells whether a transaction happened; nothing is refused before."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product

import pytest

from shared.ports import OutcomeUnknownError, UnavailableError
from shared.posting.decision import Duplicate, Posted
from shared.posting.loop.account_loop import OUTAGES_MAX
from tests.posting.posted_account import (
    EMPTY,
    OPENED,
    DelayWrite,
    LoseAnswers,
    PostedAccount,
    is_settled,
    retry_until_ready,
)
from tests.rules.books import ACCOUNT

LANDS = (*range(1, 10), 99)
"""The later operation before which a delayed write is applied; 99: after all."""


def until(posted, name, seconds=1):
    """A debit that is refused after some time: if it were decided again, it would be refused."""
    made, deadline = posted.debit(7, name), posted.clock.now() + timedelta(seconds=seconds)
    return replace(made, decide=lambda book, now: made.decide(book, now) if now < deadline else EMPTY)


async def chain_is_whole(posted):
    pages = await posted.pages()
    assert [page.sequence for page in pages] == list(range(1, len(pages) + 1))
    assert all(page.previous == before.hash for before, page in pairwise(pages))
    return len(pages)


async def test_a_write_with_a_lost_answer_is_recognised_by_its_token_and_not_repeated(posted):
    before, lost = posted.table.transactions, LoseAnswers(1)
    posted.table.after = lost
    answer = await posted.post(posted.debit(7, "call"))
    assert lost.fired == 1
    assert (type(answer), answer.sequence, answer.movements) == (Posted, 3, ("000000000003-000",))
    assert posted.table.transactions - before == 1
    assert await posted.debits() == ["call"]


async def test_a_write_with_a_lost_request_is_repeated_by_the_next_attempt(posted):
    posted.table.before = LoseAnswers(1)
    assert isinstance(await posted.post(posted.debit(7, "call")), Posted)
    assert await posted.debits() == ["call"]


@pytest.mark.parametrize("faults", list(product(["fine", "request", "answer"], repeat=3)), ids="-".join)
async def test_each_call_is_booked_once_after_any_three_consecutive_losses(posted, faults):
    posted.table.before = LoseAnswers(*(n for n, fault in enumerate(faults, 1) if fault == "request"))
    posted.table.after = LoseAnswers(
        *(n for n, fault in enumerate(f for f in faults if f != "request") if fault == "answer")
    )
    names = ["a", "b", "c"]
    answers = await asyncio.gather(*(retry_until_ready(posted.first, posted.debit(7, name)) for name in names))
    posted.table.before = posted.table.after = None
    assert all(is_settled(answer) for answer in answers)
    assert await posted.debits() == names
    assert await posted.remaining() == 1_000 - 21
    await chain_is_whole(posted)


@pytest.mark.parametrize("when", LANDS)
async def test_a_delayed_write_is_never_booked_in_addition_to_its_repetition(posted, when):
    posted.table.before = late = DelayWrite(posted.table, when)
    asked = [posted.debit(7, "a"), posted.debit(7, "a"), posted.debit(5, "b"), posted.debit_if_covered(2_000, "c")]
    first, twin, other, refused = await asyncio.gather(*map(posted.post, asked))
    late.applied or late.apply()
    assert (type(first), type(twin), type(other), refused) == (Posted, Duplicate, Posted, EMPTY)
    assert await posted.debits() == ["a", "b"]
    assert await posted.remaining() == 988
    assert twin.marker.sequence == first.sequence == other.sequence
    assert await chain_is_whole(posted) == 3


@pytest.mark.parametrize("when", LANDS)
async def test_a_decision_with_an_unknown_outcome_is_not_refused(posted, when):
    class Later(DelayWrite):
        async def __call__(self, verb, partition, what):
            posted.clock.forward(seconds=1)
            await super().__call__(verb, partition, what)

    decision = until(posted, "call")
    posted.table.before = late = Later(posted.table, when)
    answer = await posted.post(decision)
    late.applied or late.apply()
    assert await posted.debits() == (["call"] if late.applied else [])
    assert answer == EMPTY if not late.applied else isinstance(answer, Posted)
    assert await chain_is_whole(posted) == 3  # the write's page, or the empty page that prevents it


async def test_an_empty_page_that_is_the_first_of_a_month_tells_of_the_month_before(posted):
    await posted.post(posted.debit(7, "before"))

    class MuchLater(DelayWrite):
        async def __call__(self, verb, partition, what):
            posted.clock.forward(days=31)
            await super().__call__(verb, partition, what)

    posted.table.before = MuchLater(posted.table, 99)
    assert await posted.post(until(posted, "call")) == EMPTY
    *_, last, empty = await posted.pages()
    assert empty.facts["movements"] == []
    [notice] = [body["notice"] for queue, body in empty.facts["outbox"] if queue == "notices"]
    assert (notice["kind"], notice["lastPage"], notice["chain"]) == ("statement", last.sequence, last.hash)


async def test_an_unresolved_write_forbids_refusing_others_too(posted):
    posted.table.before = DelayWrite(posted.table, 99)
    mine = asyncio.create_task(posted.post(posted.debit(7, "mine")))
    assert await posted.post(posted.debit_if_covered(2_000, "other")) == EMPTY
    await mine
    assert [page.facts["movements"] != [] for page in await posted.pages()] == [False, True, True]


async def test_another_page_with_its_number_proves_that_a_write_never_happened(posted):
    other = posted.process()
    await other.post(ACCOUNT, posted.debit(1, "theirs first"))

    class Overtaken(DelayWrite):
        async def __call__(self, verb, partition, what):
            try:
                await super().__call__(verb, partition, what)
            except OutcomeUnknownError:
                posted.table.before = None
                await other.post(ACCOUNT, posted.debit(990, "theirs"))
                raise

    late = posted.table.before = Overtaken(posted.table, 99)
    assert await posted.post(posted.debit_if_covered(500, "mine")) == EMPTY
    assert not late.apply()
    assert await posted.debits() == ["theirs first", "theirs"]


@pytest.mark.parametrize("lands", ["while nobody asks", "after the second asking"])
async def test_a_caller_that_got_an_outage_may_retry(posted, lands):
    posted.table.before = late = DelayWrite(posted.table, 99, away=True)
    with pytest.raises(UnavailableError):
        await posted.post(posted.debit(7, "call"))
    posted.table.before = None
    if lands == "while nobody asks":
        assert late.apply()
    answer = await posted.post(posted.debit(7, "call"))
    assert isinstance(answer, Duplicate if lands == "while nobody asks" else Posted)
    assert late.applied or not late.apply()
    assert await posted.debits() == ["call"]


async def test_after_giving_up_a_process_refuses_nothing_before_its_write_is_resolved(posted):
    decision = until(posted, "call")
    posted.table.before = late = DelayWrite(posted.table, 99, away=True)
    with pytest.raises(UnavailableError):
        await posted.post(decision)
    assert not posted.first._loops[ACCOUNT].is_idle  # so it is still remembered
    posted.table.before = None
    posted.clock.forward(seconds=5)
    assert await posted.post(decision) == EMPTY
    assert not late.apply()
    assert await posted.debits() == []


async def test_a_delayed_write_of_a_crashed_process_is_handled(posted):
    posted.table.before = late = DelayWrite(posted.table, 99)
    caller = asyncio.create_task(posted.post(posted.debit(7, "call")))
    await late.intercepted.wait()
    posted.first._loops[ACCOUNT]._task.cancel()
    caller.cancel()
    posted.table.before = None
    assert late.apply()
    assert isinstance(await posted.process().post(ACCOUNT, posted.debit(7, "call")), Duplicate)
    assert await posted.debits() == ["call"]


async def test_callers_get_an_outage_after_a_few_rounds(posted):
    posted.table.before = lost = LoseAnswers(*range(1, OUTAGES_MAX))
    assert isinstance(await posted.post(posted.debit(7, "a")), Posted)
    assert lost.fired == OUTAGES_MAX - 1
    posted.table.before = LoseAnswers(*range(1, OUTAGES_MAX + 1))
    with pytest.raises(UnavailableError):
        await posted.post(posted.debit(7, "b"))


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_an_opening_whose_answer_is_lost_opens_once(moment):
    posted = PostedAccount()
    setattr(posted.table, moment, LoseAnswers(1))
    opening = replace(posted.debit(0, "open"), opening_terms=OPENED)
    assert isinstance(await posted.post(opening), Posted)
    assert (await posted.stored()).position.sequence == 1


class AnyFault:
    """Fails before or after the *at*-th operation of any kind."""

    def __init__(self, posted, at, moment):
        self.left, self.fired = at, False
        for table in (posted.table, posted.alarms_table):
            setattr(table, moment, self)

    async def __call__(self, verb, _partition, _what):
        self.left -= 1
        if self.left == 0:
            self.fired = True
            raise OutcomeUnknownError("lost") if verb == "transact" else UnavailableError("lost")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", range(1, 9))
async def test_one_fault_at_any_operation_does_not_change_the_result(posted, at, moment):
    competitor = posted.process()
    await competitor.post(ACCOUNT, posted.debit(0, "look"))
    await posted.post(posted.debit(0, "look again"))
    fault = AnyFault(posted, at, moment)
    asked = [
        (competitor, posted.debit(7, "a")),
        (posted.first, posted.debit(7, "b")),
        (posted.first, posted.debit(7, "a")),
        (competitor, posted.grant(50, "g")),
        (posted.first, posted.send_messages("word")),
        (posted.first, posted.debit_if_covered(3_000, "too much")),
    ]
    answers = await asyncio.gather(*(retry_until_ready(*each) for each in asked))
    posted.table.before = posted.table.after = posted.alarms_table.before = posted.alarms_table.after = None
    assert [is_settled(answer) for answer in answers] == [True] * 5 + [False]
    assert sorted(await posted.debits()) == ["a", "b", "look", "look again"]
    assert await posted.remaining() == 1_000 + 50 - 14
    await posted.first.drain(ACCOUNT)
    assert {message.text for message in posted.sent} == {posted.sent[0].text}
    assert posted.outbox == []
    await chain_is_whole(posted)
    assert fault.fired
