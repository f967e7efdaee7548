"""Stale books (DESIGN, LOOP 2, 6): another process commits between read and answer; a stale refusal would be final."""

import asyncio
from dataclasses import replace

import pytest

from shared.ledger.change import EventName, MovementKind
from shared.ledger.debit import Charge
from shared.ledger.reverse import correct
from shared.posting.decision import Conflict, Decision, Duplicate, FurtherEventSettled, Posted, Unchanged, event
from tests.posting.posted_account import EMPTY, OPENED, PostedAccount, bug
from tests.rules.books import ACCOUNT, GRACE, NOON


@pytest.fixture
async def competitor(posted):
    """A second process with a cached book of this moment."""
    other = posted.process()
    await other.post(ACCOUNT, posted.debit(0, "the competitor looks"))
    await posted.post(posted.debit(0, "the first looks"))
    return other


async def test_a_refusal_from_a_cached_book_is_verified_before_it_is_answered(posted, competitor):
    assert await posted.post(posted.debit_if_covered(1_500, "call")) == EMPTY
    await competitor.post(ACCOUNT, posted.grant(500, "more"))
    assert isinstance(await posted.post(posted.debit_if_covered(1_500, "call")), Posted)


async def test_a_decision_without_a_change_is_verified(posted, competitor):
    def decide(book, _now):
        return posted.debit(1, "call").decide(book, NOON) if book.lots else None

    await posted.post(posted.debit(1_000, "all"))
    assert isinstance(await posted.post(Decision(decide)), Unchanged)
    await competitor.post(ACCOUNT, posted.grant(500, "more"))
    assert isinstance(await posted.post(Decision(decide)), Posted)


async def test_a_commit_between_read_and_refusal_is_detected(posted):
    other = posted.process()
    fired: list[str] = []

    async def overtake(verb, _partition, what):
        if (verb, what) == ("get", "a:head") and not fired:
            fired.append(what)
            await other.post(ACCOUNT, posted.grant(500, "just now"))

    await posted.post(posted.debit(0, "the first looks"))
    posted.table.before = overtake
    assert isinstance(await posted.post(posted.debit_if_covered(1_500, "call")), Posted)
    assert fired


async def test_a_refusal_from_a_fresh_book_is_not_verified_again(posted):
    fresh, reads = posted.process(), []

    async def note(verb, _partition, what):
        reads.append((verb, what))

    posted.table.before = note
    assert await fresh.post(ACCOUNT, posted.debit_if_covered(1_500, "call")) == EMPTY
    assert [read for read in reads if read[0] == "range"] == [("range", "a:")]
    assert ("get", "a:head") not in reads


async def test_a_debit_that_lost_the_race_is_decided_again_on_the_new_book(posted, competitor):
    await competitor.post(ACCOUNT, posted.debit(990, "theirs"))
    assert isinstance(await posted.post(posted.debit(30, "mine")), Posted)
    book = await posted.stored()
    assert (book.lots, book.overdraft) == ({}, 20)


async def test_ten_processes_on_one_account_book_each_call_once(posted):
    processes = [posted.process() for _ in range(10)]
    names = [f"call {number}" for number in range(60)]
    requests = [
        (process, name) for number, name in enumerate(names) for process in (processes[number % 10], processes[3])
    ]
    answers = await asyncio.gather(*(process.post(ACCOUNT, posted.debit(1, name)) for process, name in requests))
    assert sorted(await posted.debits()) == sorted(names)
    assert await posted.remaining() == 940
    assert sum(isinstance(answer, Posted) for answer in answers) == 60
    assert sum(isinstance(answer, Duplicate) for answer in answers) == 60


@pytest.mark.parametrize(("said", "kind"), [("", Duplicate), (" more", Conflict)])
async def test_an_event_settled_by_another_process_is_a_duplicate_or_a_conflict(posted, competitor, said, kind):
    booked = await competitor.post(ACCOUNT, posted.debit(7, "call"))
    answer = await posted.post(posted.debit(7, "call", other=said))
    assert isinstance(answer, kind)
    assert answer.marker.sequence == booked.sequence
    assert await posted.debits() == ["the competitor looks", "the first looks", "call"]


async def test_only_the_settled_members_of_a_group_leave_it(posted, competitor):
    await competitor.post(ACCOUNT, posted.debit(7, "known"))
    decisions = [posted.debit(1, "a"), posted.debit(7, "known"), posted.debit(1, "b")]
    kinds = [type(answer) for answer in await asyncio.gather(*map(posted.post, decisions))]
    assert kinds == [Posted, Duplicate, Posted]
    assert await posted.remaining() == 991


async def test_a_further_event_of_another_decision_is_answered_as_taken(posted, competitor):
    reference = event("reference", "PO-1", content="")
    first = await competitor.post(ACCOUNT, replace(posted.grant(10, "key 1"), further_events=(reference,)))
    answer = await posted.post(replace(posted.grant(10, "key 2"), further_events=(reference,)))
    assert isinstance(answer, FurtherEventSettled)
    assert answer.marker.sequence == first.sequence
    both = [
        replace(posted.grant(10, key), further_events=(event("reference", "PO-2", content=""),)) for key in ("3", "4")
    ]
    kinds = [type(answer) for answer in await asyncio.gather(*map(posted.post, both))]
    assert kinds == [Posted, FurtherEventSettled]


async def test_a_settled_event_stays_settled_although_it_would_be_refused_today(posted):
    booked = await posted.post(posted.debit_if_covered(800, "call"))
    again = await posted.post(posted.debit_if_covered(800, "call"))
    assert again == Duplicate(again.marker)
    assert again.marker.sequence == booked.sequence
    assert isinstance(
        await posted.post(replace(posted.debit_if_covered(800, "call"), event=posted.debit(1, "call").event)), Conflict
    )
    taken = replace(posted.debit_if_covered(800, "other"), further_events=(posted.debit_if_covered(800, "call").event,))
    assert isinstance(await posted.post(taken), FurtherEventSettled)


async def test_a_settled_event_in_a_group_with_new_ones_stays_settled(posted):
    await posted.post(posted.debit_if_covered(800, "call"))
    again, other = await asyncio.gather(
        posted.post(posted.debit_if_covered(800, "call")), posted.post(posted.debit(1, "new"))
    )
    assert isinstance(again, Duplicate)
    assert isinstance(other, Posted)


async def test_an_account_is_unknown_until_it_is_opened():
    posted = PostedAccount()
    assert (await posted.post(posted.debit(1, "call"))).code == "not_found"
    other = posted.process()
    await other.post(ACCOUNT, Decision(posted.send_messages().decide, opening_terms=OPENED))
    assert isinstance(await posted.post(posted.debit(1, "call")), Posted)


async def test_concurrent_openings_open_an_account_once():
    posted = PostedAccount()
    opening = Decision(posted.send_messages().decide, event("open", content=""), opening_terms=OPENED)
    kinds = await asyncio.gather(*(posted.process().post(ACCOUNT, opening) for _ in range(3)))
    assert sorted(type(kind).__name__ for kind in kinds) == ["Duplicate", "Duplicate", "Posted"]
    assert (await posted.stored()).position.sequence == 1


def correction(posted, booked, amount):
    """A correction of the call *booked* to *amount*."""

    async def made():
        [movement] = [m for page in await posted.pages() for m in page.facts["movements"] if m["event"][1] == booked]
        lots = tuple(entry[0].removeprefix("lot:") for entry in movement["entries"] if entry[0].startswith("lot:"))
        from shared.posting.journal.pages import movement_of  # noqa: PLC0415

        old = movement_of(movement).entries
        charge = Charge(amount, NOON, EventName("exchange", f"corrected {booked}"), "", "", {})

        def decide(book, now):
            return correct(book, old, charge, GRACE, now=now)

        return Decision(decide, event("correction", booked, content=str(amount)), closed_lots=lots)

    return made()


async def test_a_correction_gets_the_closed_lots_that_it_needs(posted):
    await posted.post(posted.debit(1_000, "all"))
    assert (await posted.stored()).lots == {}
    answer = await posted.post(await correction(posted, "all", 400))
    assert answer.book.closed == {}
    assert await posted.remaining() == 600
    assert posted.keys("h:lot:") == []
    [kind] = [m["kind"] for m in (await posted.pages())[-1].facts["movements"]]
    assert kind == MovementKind.CORRECTION


@pytest.mark.parametrize("moment", ["while it decides", "before it reads"])
async def test_a_correction_whose_lot_was_just_reopened_is_decided_again(posted, moment):
    await posted.post(posted.debit(600, "a"))
    await posted.post(posted.debit(400, "b"))
    other = posted.process()
    mine, theirs = await correction(posted, "a", 0), await correction(posted, "b", 0)
    if moment == "before it reads":
        await other.post(ACCOUNT, theirs)
    else:

        async def overtake(verb, _partition, what):
            if verb == "get" and what.startswith("h:lot:"):
                posted.table.before = None
                await other.post(ACCOUNT, theirs)

        posted.table.before = overtake
    assert isinstance(await posted.post(mine), Posted)
    assert await posted.remaining() == 1_000


async def test_a_bug_on_every_book_is_raised_to_the_caller(posted, competitor):
    await competitor.post(ACCOUNT, posted.debit(1, "call"))
    with pytest.raises(ZeroDivisionError):
        await posted.post(bug())
