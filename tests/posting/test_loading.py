"""Loading (DESIGN, LOOP 2): a book is read consistently, or read again."""

import asyncio

import pytest

from shared.ledger.brake import Brake, Cause
from shared.ledger.change import Change
from shared.ports import UnavailableError
from shared.posting.decision import Decision, Posted
from shared.posting.journal import reads
from shared.posting.ledger import LOOPS_MAX
from tests.fakes import table as fake
from tests.posting.posted_account import OPENED, PostedAccount
from tests.rules.books import ACCOUNT, NOON


@pytest.fixture
async def wide(posted, monkeypatch):
    """An account with six lots, in a storage that returns two rows per response."""
    for number in range(5):
        await posted.post(posted.grant(10, f"grant {number}"))
    monkeypatch.setattr(fake, "RESPONSE_ROWS", 2)
    return posted


async def test_a_book_read_in_several_responses_is_consistent(wide):
    book = await wide.stored()
    assert len(book.lots) == 6
    assert await wide.remaining() == 1_050


async def test_a_book_that_changes_during_the_read_is_read_again(wide):
    competitor, seen = wide.process(), []

    async def overtake(verb, _partition, what):
        if verb == "range" and what.startswith("a:lot:"):
            wide.table.before = None
            seen.append(what)
            await competitor.post(ACCOUNT, wide.debit(1_020, "theirs"))  # the first lot is closed, the head has changed

    wide.table.before = overtake
    loaded = await wide.loaded()
    assert seen
    assert sum(lot.remaining for lot in loaded.book.lots.values()) == 30
    assert loaded.etags["a:head"] == await reads.head_etag(wide.table, ACCOUNT)


async def test_a_row_before_the_head_is_as_new_as_the_head(wide, monkeypatch):
    """The brake's row comes in an earlier response than the head. An older one would let through what is stopped."""
    monkeypatch.setattr(fake, "RESPONSE_ROWS", 1)
    competitor = wide.process()
    stopped = Brake(why=(Cause(1, 0, user="thief"),), since=NOON)

    async def overtake(verb, _partition, what):
        if verb == "range" and what > "a:brake":
            wide.table.before = None
            await competitor.post(ACCOUNT, Decision(lambda _book, _now: Change(brake=stopped)))

    await wide.post(Decision(lambda _book, _now: Change(brake=Brake(version=1))))
    wide.table.before = overtake
    loaded = await wide.loaded()
    assert loaded.etags["a:head"] == await reads.head_etag(wide.table, ACCOUNT)
    assert loaded.book.brake == stopped


async def test_a_book_that_changes_at_every_read_is_an_outage(wide):
    competitor, number = wide.process(), 0
    hooks: list[str] = []

    async def overtake(verb, _partition, what):
        nonlocal number
        if verb == "range" and what.startswith("a:lot:") and not hooks:
            hooks.append(what)
            number += 1
            await competitor.post(ACCOUNT, wide.debit(0, f"theirs {number}"))
            hooks.clear()

    wide.table.before = overtake
    with pytest.raises(UnavailableError):
        await reads.load(wide.table, ACCOUNT)
    assert number == 3 * reads.LOADS_MAX  # between any two responses


async def test_a_book_read_in_one_response_is_not_checked_again(posted):
    read = []

    async def note(verb, _partition, what):
        read.append((verb, what))

    posted.table.before = note
    await reads.load(posted.table, ACCOUNT)
    assert read == [("range", "a:")]


async def test_a_cached_book_is_not_read_again_without_commits_of_others(posted):
    read = []

    async def note(verb, _partition, _what):
        read.append(verb)

    await posted.post(posted.debit(1, "a"))
    posted.table.before = note
    for number in range(5):
        assert isinstance(await posted.post(posted.debit(1, f"call {number}")), Posted)
    assert read == ["transact"] * 5


async def test_all_lots_are_listed_oldest_first(wide):
    await wide.post(wide.debit(1_015, "call"))
    lots = await reads.all_lots(wide.table, ACCOUNT)
    assert (len(lots), sum(lot.remaining for lot in lots)) == (6, 35)
    assert any(lot.remaining == 0 for lot in lots)
    assert [lot.id for lot in lots] == sorted(lot.id for lot in lots)


async def test_only_idle_accounts_are_evicted_from_memory():
    posted = PostedAccount()
    accounts = [f"account {number}" for number in range(LOOPS_MAX + 5)]

    def looking(account):
        decision = posted.send_messages(name="open")
        return posted.first.post(account, type(decision)(decision.decide, decision.event, opening_terms=OPENED))

    await asyncio.gather(*(looking(account) for account in accounts))
    await looking("one more")
    assert len(posted.first._loops) <= LOOPS_MAX
    assert len(posted.table.partitions) == LOOPS_MAX + 6
    assert type(await looking(accounts[0])).__name__ == "Duplicate"
