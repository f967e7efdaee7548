"""LOOP 2, 6: another process commits between my reading and my answer. A "no" that is stale would be stale for ever."""

import asyncio
from dataclasses import replace

import pytest

from shared.ledger.change import EventName, MovementKind
from shared.ledger.debit import Charge
from shared.ledger.reverse import correct
from shared.posting.decision import Conflict, Decision, Duplicate, FurtherEventSettled, Posted, Unchanged, event
from tests.posting.rig import EMPTY, OPENED, Desk, bug
from tests.rules.books import ACCOUNT, GRACE, NOON


@pytest.fixture
async def rival(desk):
    """A second process, whose cached book is the one of this moment."""
    other = desk.process()
    await other.post(ACCOUNT, desk.debit(0, "the rival looks"))
    await desk.post(desk.debit(0, "the first looks"))
    return other


async def test_a_no_from_a_cached_book_is_looked_at_again_before_it_is_told(desk, rival):
    assert await desk.post(desk.cautious(1_500, "call")) == EMPTY
    await rival.post(ACCOUNT, desk.grant(500, "more"))
    assert isinstance(await desk.post(desk.cautious(1_500, "call")), Posted)


async def test_nothing_to_do_is_looked_at_again_too(desk, rival):
    def decide(book, _now):
        return desk.debit(1, "call").decide(book, NOON) if book.lots else None

    await desk.post(desk.debit(1_000, "all"))
    assert isinstance(await desk.post(Decision(decide)), Unchanged)
    await rival.post(ACCOUNT, desk.grant(500, "more"))
    assert isinstance(await desk.post(Decision(decide)), Posted)


async def test_a_rival_that_commits_between_the_reading_and_the_no_is_seen(desk):
    other = desk.process()
    fired: list[str] = []

    async def overtake(verb, _partition, what):
        if (verb, what) == ("get", "a:head") and not fired:
            fired.append(what)
            await other.post(ACCOUNT, desk.grant(500, "just now"))

    await desk.post(desk.debit(0, "the first looks"))
    desk.table.before = overtake
    assert isinstance(await desk.post(desk.cautious(1_500, "call")), Posted)
    assert fired


async def test_a_no_that_was_read_after_it_was_asked_costs_no_second_look(desk):
    fresh, reads = desk.process(), []

    async def note(verb, _partition, what):
        reads.append((verb, what))

    desk.table.before = note
    assert await fresh.post(ACCOUNT, desk.cautious(1_500, "call")) == EMPTY
    assert [read for read in reads if read[0] == "range"] == [("range", "a:")]
    assert ("get", "a:head") not in reads


async def test_a_debit_that_lost_the_race_is_decided_again_on_the_rival_s_book(desk, rival):
    await rival.post(ACCOUNT, desk.debit(990, "theirs"))
    assert isinstance(await desk.post(desk.debit(30, "mine")), Posted)
    book = await desk.stored()
    assert (book.lots, book.overdraft) == ({}, 20)


async def test_ten_processes_on_one_account_book_each_call_once(desk):
    processes = [desk.process() for _ in range(10)]
    names = [f"call {number}" for number in range(60)]
    asked = [(process, name) for number, name in enumerate(names) for process in (processes[number % 10], processes[3])]
    answers = await asyncio.gather(*(process.post(ACCOUNT, desk.debit(1, name)) for process, name in asked))
    assert sorted(await desk.debits()) == sorted(names)
    assert await desk.left() == 940
    assert sum(isinstance(answer, Posted) for answer in answers) == 60
    assert sum(isinstance(answer, Duplicate) for answer in answers) == 60


@pytest.mark.parametrize(("said", "kind"), [("", Duplicate), (" more", Conflict)])
async def test_what_another_process_has_settled_is_a_duplicate_or_a_conflict_here(desk, rival, said, kind):
    booked = await rival.post(ACCOUNT, desk.debit(7, "call"))
    answer = await desk.post(desk.debit(7, "call", said=said))
    assert isinstance(answer, kind)
    assert answer.marker.sequence == booked.sequence
    assert await desk.debits() == ["the rival looks", "the first looks", "call"]


async def test_only_the_settled_members_of_a_group_leave_it(desk, rival):
    await rival.post(ACCOUNT, desk.debit(7, "known"))
    asked = [desk.debit(1, "a"), desk.debit(7, "known"), desk.debit(1, "b")]
    kinds = [type(answer) for answer in await asyncio.gather(*map(desk.post, asked))]
    assert kinds == [Posted, Duplicate, Posted]
    assert await desk.left() == 991


async def test_a_further_event_that_another_decision_took_is_told_as_taken(desk, rival):
    reference = event("reference", "PO-1", content="")
    first = await rival.post(ACCOUNT, replace(desk.grant(10, "key 1"), further_events=(reference,)))
    answer = await desk.post(replace(desk.grant(10, "key 2"), further_events=(reference,)))
    assert isinstance(answer, FurtherEventSettled)
    assert answer.marker.sequence == first.sequence
    both = [
        replace(desk.grant(10, key), further_events=(event("reference", "PO-2", content=""),)) for key in ("3", "4")
    ]
    kinds = [type(answer) for answer in await asyncio.gather(*map(desk.post, both))]
    assert kinds == [Posted, FurtherEventSettled]


async def test_an_event_that_was_settled_stays_so_though_it_would_be_refused_today(desk):
    booked = await desk.post(desk.cautious(800, "call"))
    again = await desk.post(desk.cautious(800, "call"))
    assert again == Duplicate(again.marker)
    assert again.marker.sequence == booked.sequence
    assert isinstance(await desk.post(replace(desk.cautious(800, "call"), event=desk.debit(1, "call").event)), Conflict)
    taken = replace(desk.cautious(800, "other"), further_events=(desk.cautious(800, "call").event,))
    assert isinstance(await desk.post(taken), FurtherEventSettled)


async def test_it_stays_settled_beside_neighbours_that_are_written(desk):
    await desk.post(desk.cautious(800, "call"))
    again, other = await asyncio.gather(desk.post(desk.cautious(800, "call")), desk.post(desk.debit(1, "new")))
    assert isinstance(again, Duplicate)
    assert isinstance(other, Posted)


async def test_an_account_that_nobody_has_opened_is_unknown_until_somebody_does():
    desk = Desk()
    assert (await desk.post(desk.debit(1, "call"))).code == "not_found"
    other = desk.process()
    await other.post(ACCOUNT, Decision(lambda _book, _now: desk.telling().decide(_book, _now), opening_terms=OPENED))
    assert isinstance(await desk.post(desk.debit(1, "call")), Posted)


async def test_two_who_open_an_account_at_once_open_it_once():
    desk = Desk()
    opening = Decision(desk.telling().decide, event("open", content=""), opening_terms=OPENED)
    kinds = await asyncio.gather(*(desk.process().post(ACCOUNT, opening) for _ in range(3)))
    assert sorted(type(kind).__name__ for kind in kinds) == ["Duplicate", "Duplicate", "Posted"]
    assert (await desk.stored()).position.sequence == 1


def correction(desk, booked, amount):
    """The call called *booked* costs *amount* after all."""

    async def made():
        [movement] = [m for page in await desk.pages() for m in page.facts["movements"] if m["event"][1] == booked]
        lots = tuple(entry[0].removeprefix("lot:") for entry in movement["entries"] if entry[0].startswith("lot:"))
        from shared.posting.journal.pages import movement_of  # noqa: PLC0415

        old = movement_of(movement).entries
        charge = Charge(amount, NOON, EventName("exchange", f"corrected {booked}"), "", "", {})

        def decide(book, now):
            return correct(book, old, charge, GRACE, now=now)

        return Decision(decide, event("correction", booked, content=str(amount)), closed_lots=lots)

    return made()


async def test_a_correction_sees_the_closed_lots_that_it_asks_for(desk):
    await desk.post(desk.debit(1_000, "all"))
    assert (await desk.stored()).lots == {}
    answer = await desk.post(await correction(desk, "all", 400))
    assert answer.book.closed == {}
    assert await desk.left() == 600
    assert desk.keys("h:lot:") == []
    [kind] = [m["kind"] for m in (await desk.pages())[-1].facts["movements"]]
    assert kind == MovementKind.CORRECTION


@pytest.mark.parametrize("moment", ["while it decides", "before it reads"])
async def test_a_correction_whose_lot_a_rival_has_just_reopened_is_decided_again(desk, moment):
    await desk.post(desk.debit(600, "a"))
    await desk.post(desk.debit(400, "b"))
    other = desk.process()
    mine, theirs = await correction(desk, "a", 0), await correction(desk, "b", 0)
    if moment == "before it reads":
        await other.post(ACCOUNT, theirs)
    else:

        async def overtake(verb, _partition, what):
            if verb == "get" and what.startswith("h:lot:"):
                desk.table.before = None
                await other.post(ACCOUNT, theirs)

        desk.table.before = overtake
    assert isinstance(await desk.post(mine), Posted)
    assert await desk.left() == 1_000


async def test_a_bug_that_is_one_on_every_book_is_told(desk, rival):
    await rival.post(ACCOUNT, desk.debit(1, "call"))
    with pytest.raises(ZeroDivisionError):
        await desk.post(bug())
