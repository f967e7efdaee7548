"""A redelivery whose calls are partly booked takes few requests, and every answer is the right one (LOOP 3, 8)."""

import asyncio
from collections import Counter
from dataclasses import replace

from shared.posting.decision import Conflict, Duplicate, FurtherEventSettled, Posted, event
from shared.posting.journal import reads
from shared.posting.journal.keys import PAGE
from shared.posting.loop import settled_events
from shared.posting.loop.settled_events import markers_of
from tests.posting.posted_account import DelayWrite
from tests.rules.books import ACCOUNT

CALLS = [f"call {number}" for number in range(40)]


async def delivered(posted, names, **other):
    """The types of the answers to calls that another process gets together, and its requests by kind."""
    requests: Counter[str] = Counter()

    async def count(verb, _partition, _what):
        requests[verb] += 1

    posted.table.before = count
    process = posted.process()
    answers = await asyncio.gather(*(process.post(ACCOUNT, posted.debit(1, name, **other)) for name in names))
    posted.table.before = None
    return [type(answer) for answer in answers], requests


async def booked(posted, names):
    await asyncio.gather(*(posted.post(posted.debit(1, name)) for name in names))


async def test_calls_that_were_booked_together_are_found_in_their_page(posted):
    await booked(posted, CALLS[::2])
    answers, requests = await delivered(posted, CALLS)
    assert answers == [Duplicate, Posted] * 20
    assert requests == {"transact": 2, "get": 1, "range": 2}, "a refusal and a commit; the book and the pages"
    assert sorted(await posted.debits()) == sorted(CALLS)


async def test_calls_that_were_booked_one_after_the_other_are_found_in_consecutive_pages(posted):
    for name in CALLS[::2]:
        await posted.post(posted.debit(1, name))
    answers, requests = await delivered(posted, CALLS)
    assert answers == [Duplicate, Posted] * 20
    assert requests == {"transact": 2, "get": 1, "range": 3}


async def test_calls_that_were_booked_far_apart_take_a_bounded_number_of_requests(posted):
    for name in CALLS[::2]:
        await posted.post(posted.debit(1, name))
        for number in range(settled_events.PAGES_AT_FIRST):
            await posted.post(posted.debit(1, f"between {name} {number}"))
    answers, requests = await delivered(posted, CALLS)
    assert answers == [Duplicate, Posted] * 20
    refusals = settled_events.REFUSALS_MAX + 1
    assert requests["transact"] == refusals + 1
    assert requests["range"] == refusals
    assert requests["get"] == len(CALLS), "one for each of the first refusals, then one for each call that is left"


async def test_pages_are_read_as_long_as_they_hold_calls_of_the_redelivery(posted):
    await booked(posted, CALLS[:2])
    for number in range(9):
        await posted.post(posted.debit(1, f"later {number}"))
    read = []

    async def look(verb, _partition, what):
        if verb == "range" and what.startswith(PAGE):
            read.append(what)

    posted.table.before = look
    process = posted.process()
    await asyncio.gather(*(process.post(ACCOUNT, posted.debit(1, name)) for name in CALLS[:4]))
    assert len(read) == 1


async def test_other_content_is_a_conflict_when_it_is_found_in_a_page(posted):
    await booked(posted, CALLS[::2])
    answers, _ = await delivered(posted, CALLS, other="!")
    assert answers == [Conflict, Posted] * 20


async def test_a_page_names_the_same_markers_as_the_rows(posted):
    await booked(posted, CALLS)
    added = replace(posted.debit(1, "added"), event=event("added", content="", added="more"))
    await posted.post(added)
    for page in await posted.pages():
        markers = list(markers_of(page))
        rows = await reads.markers(posted.table, ACCOUNT, [marker.event for marker in markers])
        assert rows == {marker.event.key: marker for marker in markers}
    assert added.event.is_settled_by(markers[0])


async def test_the_own_event_decides_even_if_only_a_further_event_is_in_the_pages(posted):
    """The key was settled long before the reference, by another grant."""
    reference = event("grant reference", "7", content="")
    await posted.post(posted.grant(5, "key"))
    for number in range(9):
        await posted.post(posted.debit(1, f"between {number}"))
    await posted.post(replace(posted.grant(7, "other key"), further_events=(reference,)))
    process, before = posted.process(), posted.table.transactions
    new, key = (replace(posted.grant(5, name), further_events=(reference,)) for name in ("new key", "key"))
    asked = [posted.grant(7, "other key"), key, new, posted.debit(1, "new")]
    answers = await asyncio.gather(*(process.post(ACCOUNT, each) for each in asked))
    assert [type(answer) for answer in answers] == [Duplicate, Duplicate, FurtherEventSettled, Posted]
    assert posted.table.transactions - before == 2, "all that are settled leave together"


async def test_a_page_that_an_unresolved_attempt_writes_meanwhile_answers_nobody_too_early(posted):
    """The late write lands while the pages are read: its calls were booked by this process and are no duplicates."""
    await posted.post(posted.debit(1, "redelivered"))
    late, before = DelayWrite(posted.table, 0), posted.table.transactions

    async def fault(verb, partition, what):
        if verb == "range" and what.startswith(PAGE):
            late.applied or late.apply()
        await late(verb, partition, what)

    posted.table.before = fault
    first = [asyncio.create_task(posted.post(posted.debit(1, name))) for name in CALLS[:3]]
    await late.intercepted.wait()
    answers = await asyncio.gather(*first, posted.post(posted.debit(1, "redelivered")))
    assert late.applied
    assert [type(answer) for answer in answers] == [Posted, Posted, Posted, Duplicate]
    assert posted.table.transactions - before == 2, "two refusals; none fails on a book that is known to be old"
    assert sorted(await posted.debits()) == sorted(["redelivered", *CALLS[:3]])
