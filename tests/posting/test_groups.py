"""Groups (DESIGN, LOOP 1, 4): waiting callers form the next group; each gets its own answer after the commit."""

import asyncio
from dataclasses import replace

import pytest

from shared.ledger.change import Change
from shared.ledger.intent import Intent, IntentState
from shared.ledger.settings import Settings
from shared.posting.decision import Conflict, Decision, Duplicate, Posted, Unchanged, event
from shared.posting.journal.pages import PROPERTY_CHARACTERS
from shared.posting.loop import group
from shared.posting.loop.commit_size import Touched, touched_rows
from shared.posting.loop.event_loop import GATHERING_TURNS, let_callers_come
from shared.posting.loop.group import ROWS_MAX
from shared.posting.loop.lookahead import FULL
from tests.posting.posted_account import EMPTY, PostedAccount, bug
from tests.rules.books import ACCOUNT, NOON, book, lot

A_HUNDRED = [f"call {number:03d}" for number in range(100)]


async def test_a_hundred_waiting_debits_become_two_commits(posted):
    before = posted.table.transactions
    answers = await asyncio.gather(*(posted.post(posted.debit(3, name)) for name in A_HUNDRED))
    assert posted.table.transactions - before == 2
    assert await posted.remaining() == 1_000 - 300
    assert await posted.debits() == A_HUNDRED  # in the order in which they came
    assert [answer.movements for answer in answers[:2]] == [("000000000003-000",), ("000000000003-001",)]
    assert {answer.sequence for answer in answers} == {3, 4}
    assert len({answer.movements for answer in answers}) == 100


async def test_a_thousand_debits_are_each_booked_once(posted):
    names = [f"call {number:04d}" for number in range(1_000)]
    await asyncio.gather(*(posted.post(posted.debit(1, name)) for name in names))
    assert len(await posted.pages()) - 2 == 11  # 95 to a commit, then 50
    assert await posted.debits() == names
    assert await posted.remaining() == 0


async def test_decisions_that_arrive_during_a_commit_form_the_next_group(posted):
    sizes = []

    async def come(verb, _partition, writes):
        if verb == "transact":
            sizes.append(len(writes))
            if len(sizes) == 1:
                late.extend(asyncio.create_task(posted.post(posted.debit(1, f"late {n}"))) for n in range(10))
                await asyncio.sleep(0)

    late: list[asyncio.Task[object]] = []
    posted.table.before = come
    await posted.post(posted.debit(1, "early"))
    await asyncio.gather(*late)
    assert sizes == [4, 13]  # head, page, markers, the lot


async def test_callers_who_come_a_little_later_share_the_commit(posted):
    before = posted.table.transactions

    async def come(name, turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        await posted.post(posted.debit(1, name))

    await asyncio.gather(*(come(f"call {turns}", turns) for turns in range(GATHERING_TURNS)))
    assert posted.table.transactions - before == 1


async def test_a_full_group_waits_for_nobody():
    turns: list[str] = []
    asyncio.get_running_loop().call_soon(turns.append, "another")
    await let_callers_come(range(FULL), FULL)
    assert turns == []


async def test_a_caller_is_answered_only_after_its_commit(posted):
    answered: list[bool] = []

    async def look(verb, _partition, _what):
        if verb == "transact":
            answered.extend(task.done() for task in tasks)

    posted.table.after = look
    twins = [posted.debit(1, "twin"), posted.debit(1, "twin"), posted.debit_if_covered(2_000, "too much")]
    tasks = [asyncio.create_task(posted.post(decision)) for decision in twins]
    first, second, third = await asyncio.gather(*tasks)
    assert answered == [False, False, False]
    assert isinstance(first, Posted)
    assert isinstance(second, Duplicate)
    assert third == EMPTY


async def test_a_duplicate_in_a_group_gets_the_outcome_of_the_first_event(posted):
    before = posted.table.transactions
    first, second = await asyncio.gather(*(posted.post(posted.debit(7, "call")) for _ in range(2)))
    assert posted.table.transactions - before == 1
    assert isinstance(first, Posted)
    assert second == Duplicate(second.marker)
    assert (second.marker.sequence, second.marker.movement) == (first.sequence, 0)
    assert await posted.remaining() == 993
    assert second == await posted.post(posted.debit(7, "call"))  # the marker is the same later and in another process
    assert second == await posted.process().post(ACCOUNT, posted.debit(7, "call"))


async def test_if_the_first_of_two_equal_events_fails_the_second_is_decided_again(posted):
    broken = bug(posted.debit(7, "call").event)
    posts = [posted.post(broken), posted.post(posted.debit(7, "call"))]
    first, second = await asyncio.gather(*posts, return_exceptions=True)
    assert isinstance(first, ZeroDivisionError)
    assert isinstance(second, Posted)


@pytest.mark.parametrize("at_once", [True, False])
async def test_the_same_event_with_other_content_is_a_conflict(posted, at_once):
    decisions = [posted.debit(7, "call"), posted.debit(7, "call", other=" more"), posted.debit(7, "call")]
    if at_once:
        first, other, same = await asyncio.gather(*map(posted.post, decisions))
    else:
        first, other, same = [await posted.post(decision) for decision in decisions]
    assert isinstance(first, Posted)
    assert isinstance(other, Conflict)
    assert isinstance(same, Duplicate)
    assert other.marker == same.marker
    assert await posted.remaining() == 993


async def test_a_bug_in_one_decision_does_not_affect_others(posted):
    posts = [posted.post(posted.debit(1, "a")), posted.post(bug()), posted.post(posted.debit(1, "b"))]
    first, failed, second = await asyncio.gather(*posts, return_exceptions=True)
    assert isinstance(failed, ZeroDivisionError)
    assert isinstance(first, Posted)
    assert isinstance(second, Posted)
    assert await posted.debits() == ["a", "b"]


async def test_a_change_that_would_break_an_invariant_fails_alone(posted):
    move = posted.debit(1, "call").decide(await posted.stored(), posted.clock.now()).movements
    twice_all = Decision(lambda _book, _now: Change(movements=move * 2_000), event("twice", content=""))
    results = await asyncio.gather(posted.post(twice_all), posted.post(posted.debit(1, "fine")), return_exceptions=True)
    assert "would hold -1" in str(results[0])
    assert await posted.debits() == ["fine"]


async def test_a_decision_without_a_change_is_answered_and_writes_nothing(posted):
    before = posted.keys()
    answer = await posted.post(Decision(lambda _book, _now: None))
    assert isinstance(answer, Unchanged)
    assert answer.book == await posted.stored()
    assert posted.keys() == before


async def test_a_refusal_takes_the_other_members_of_the_group_into_account(posted):
    spent, refused = await asyncio.gather(
        posted.post(posted.debit_if_covered(1_000, "all")), posted.post(posted.debit_if_covered(1, "more"))
    )
    assert isinstance(spent, Posted)
    assert refused == EMPTY
    assert await posted.remaining() == 0


async def test_a_debit_can_close_forty_lots_in_one_commit():
    posted = PostedAccount()
    await posted.open()
    await asyncio.gather(*(posted.post(posted.grant(1, f"grant {number}")) for number in range(40)))
    sizes = []

    async def count(verb, _partition, writes):
        sizes.extend([len(writes)] if verb == "transact" else [])

    posted.table.before = count
    neighbours = [posted.post(posted.debit(0, f"free {number}")) for number in range(30)]
    await asyncio.gather(posted.post(posted.debit(41, "worst")), *neighbours)
    assert (await posted.stored()).overdraft == 1
    assert max(sizes) <= ROWS_MAX
    assert len(posted.keys("h:lot:")) == 40


SPENT, PLAIN, SAME = lot("A", 0, original=100), Settings(), lot("A")
OPEN = Intent("a", IntentState.PROCESSING, 1, "visa", NOON, NOON)
ENDED = replace(OPEN, state=IntentState.CANCELLED)


@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [
        (book(lot("A")), book(lot("A")), 1),  # changed: one row
        (book(), book(lot("A")), 1),
        (book(lot("A")), book(closed=[SPENT]), 2),  # closed: one row deleted, one created
        (book(), book(closed=[SPENT]), 1),  # opened and spent in one commit
        (book(closed=[SPENT]), book(lot("A")), 2),  # reopened
        (book(closed=[SPENT]), book(closed=[lot("A", 0, original=100, expired=9)]), 1),
        (book(), book(), 0),
        (book(), book(intents={"a": OPEN}), 1),
        (book(intents={"a": OPEN}), book(intents={"a": ENDED}), 2),  # out of one place, into another
        (book(SAME, lot("B")), book(SAME, lot("B", 99)), 1),  # the other one is as it was
    ],
)
def test_every_row_that_a_commit_will_touch_is_counted(before, after, rows):
    same, other = replace(after, settings=PLAIN), replace(after, settings=Settings())
    assert touched_rows(replace(before, settings=PLAIN), same, Touched()) == rows
    assert touched_rows(replace(before, settings=PLAIN), other, Touched()) == rows + 1


async def test_a_group_always_fits_into_its_page(posted):
    def long(name):
        decision = posted.debit(1, name)

        def decide(book, now):
            change = decision.decide(book, now)
            [movement] = change.movements
            return Change(movements=(type(movement)(movement.kind, movement.entries, user="\u65e5" * 1_000),))

        return Decision(decide, decision.event)

    await asyncio.gather(*(posted.post(long(name)) for name in A_HUNDRED))
    pages = [posted.table.partitions[ACCOUNT][key].values for key in posted.keys("j:")]
    assert 5 < max(page["parts"] for page in pages) <= 7
    assert all(len(page[f"p{n}"]) <= PROPERTY_CHARACTERS for page in pages for n in range(page["parts"]))
    assert await posted.remaining() == 900


async def test_order_is_kept_when_private_text_does_not_fit_into_a_commit(posted, monkeypatch):
    monkeypatch.setattr(group, "PRIVATE_CHARACTERS", 10)
    sending = [posted.send_messages(name, private="8 digits", name=name) for name in ("first", "second")]
    answers = await asyncio.gather(*(posted.post(decision) for decision in (*sending, posted.debit(1, "third"))))
    assert [answer.sequence for answer in answers] == [3, 4, 4]


async def test_a_cancelled_caller_does_not_cancel_the_commit_of_others(posted):
    tasks = [asyncio.create_task(posted.post(posted.debit(1, name))) for name in ("a", "b", "c")]

    async def leave(verb, _partition, _what):
        if verb == "transact":
            tasks[0].cancel()
            tasks[1].cancel()

    posted.table.before = leave
    gone, _, stayed = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(gone, asyncio.CancelledError)
    assert isinstance(stayed, Posted)
    assert await posted.debits() == ["a", "b", "c"]
    assert isinstance(await posted.post(posted.debit(1, "a")), Duplicate)
