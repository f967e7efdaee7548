"""The terms of an account are those of the book in memory. A book that is read for them stays for the next decision."""

import asyncio
from dataclasses import replace

from shared.kernel.ids import AccountId
from shared.ledger.change import Change
from shared.posting.decision import Decision, Posted
from tests.posting.posted_account import EMPTY
from tests.rules.books import ACCOUNT, NOON, TERMS


async def ranges(posted, work):
    """The reads of the book while *work* runs."""
    read = []

    async def look(verb, _partition, what):
        if verb == "range":
            read.append(what)

    posted.table.before = look
    await work
    posted.table.before = None
    return len(read)


async def test_a_first_call_reads_the_book_once(posted):
    process = posted.process()

    async def first_call():
        assert (await process.terms(ACCOUNT)).account == ACCOUNT
        assert isinstance(await process.post(ACCOUNT, posted.debit(7, "call")), Posted)

    assert await ranges(posted, first_call()) == 1


async def test_the_terms_of_a_book_in_memory_take_no_read(posted):
    assert await ranges(posted, posted.first.terms(ACCOUNT)) == 0
    assert (await posted.first.terms(ACCOUNT)).account == ACCOUNT


async def test_an_account_that_does_not_exist_is_read_again_each_time(posted):
    other = AccountId("9f0c1f9e-0000-4000-8000-000000000009")
    assert await posted.first.terms(other) is None
    assert await ranges(posted, posted.first.terms(other)) == 1


async def test_a_closed_account_is_read_again_because_another_process_may_open_it(posted):
    closed = replace((await posted.stored()).terms, closed_at=NOON)
    await posted.post(Decision(lambda _book, _now: Change(terms=closed)))
    assert (await posted.first.terms(ACCOUNT)).closed_at == NOON
    opened = replace(TERMS, epoch="another")
    other = posted.process()
    await other.post(ACCOUNT, Decision(lambda _book, _now: Change(terms=opened), opening_terms=opened))
    assert (await posted.first.terms(ACCOUNT)).epoch == "another"


async def test_a_refusal_after_a_read_of_the_terms_rests_on_the_newest_book(posted):
    """Another process grants credit after the terms were read: the debit is not refused on the old book."""
    process = posted.process()
    await process.terms(ACCOUNT)
    await posted.post(posted.grant(2_000, "more"))
    assert isinstance(await process.post(ACCOUNT, posted.debit_if_covered(2_500, "call")), Posted)
    assert await process.post(ACCOUNT, posted.debit_if_covered(2_500, "another")) is EMPTY


async def test_a_book_that_was_read_while_a_commit_ended_replaces_no_newer_one(posted):
    process, reading, go = posted.process(), asyncio.Event(), asyncio.Event()

    async def hold(verb, _partition, _what):
        if verb == "range":
            posted.table.after = None
            reading.set()
            await go.wait()

    posted.table.after = hold
    terms = asyncio.create_task(process.terms(ACCOUNT))
    await reading.wait()
    await process.post(ACCOUNT, posted.debit(7, "call"))
    go.set()
    assert (await terms).account == ACCOUNT
    before = posted.table.transactions
    await process.post(ACCOUNT, posted.debit(7, "next"))
    assert posted.table.transactions - before == 1
