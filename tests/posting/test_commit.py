"""The rows of one transaction: which of them are markers, and no row that did not change."""

import asyncio
import json
from dataclasses import replace

import pytest

from shared.ledger.book import OPEN_LOTS_MAX
from shared.ledger.change import Change, MovementKind
from shared.ledger.intent import Intent, IntentState
from shared.ports import UnavailableError
from shared.posting.decision import Decision, Posted, event
from shared.posting.journal.keys import FURTHER_TERMS, HEAD, MARKER, OPEN_LOT, PAGE
from shared.posting.journal.pages import change_of
from shared.posting.loop.commit import prepare
from shared.posting.loop.group import LOT_CHARACTERS, Member, form_group
from shared.posting.outbox import drain_commit
from shared.recharge.rules import RechargeRules
from tests.posting.posted_account import OPENED, PostedAccount
from tests.rules.books import ACCOUNT, HOUR, NOON, book, lot

ROWS = (HEAD, OPEN_LOT, FURTHER_TERMS, PAGE, MARKER)


def kinds(keys):
    """The kind of row of each of *keys*."""
    return [next(kind for kind in ROWS if key.startswith(kind)) for key in keys]


async def test_the_place_of_a_rejected_write_says_whether_it_is_a_marker(posted):
    """A rejected marker means a known event; any other rejected row means that another process was faster."""
    loaded = await posted.loaded()
    waiting = [Member(posted.debit(1, name), asyncio.Future(), 1) for name in "abc"]
    group = form_group(loaded.book, waiting, now=posted.clock.now(), recharge_rules=RechargeRules(HOUR))
    commit = prepare(loaded, group, "token", None)
    keys = [write.key for write in commit.writes]
    assert kinds(keys) == [HEAD, PAGE, MARKER, MARKER, MARKER, OPEN_LOT]
    assert [commit.is_marker(index) for index in range(len(keys))] == [key.startswith(MARKER) for key in keys]


@pytest.mark.parametrize("name", ["", "Contoso"])
async def test_terms_that_did_not_change_are_not_written_again(name):
    posted = PostedAccount()
    await posted.post(replace(posted.send_messages(), opening_terms=replace(OPENED, name=name)))
    await posted.post(posted.grant(1_000, "first"))
    assert bool(posted.keys(FURTHER_TERMS)) is bool(name)
    written: list[str] = []

    async def note(verb, _partition, what):
        if verb == "transact":
            written.extend(write.key for write in what)

    posted.table.before = note
    await posted.post(posted.debit(1, "call"))
    assert kinds(written) == [HEAD, PAGE, MARKER, OPEN_LOT]


async def test_the_next_commit_pays_the_overdraft_that_is_left_and_keeps_its_own_messages():
    posted = PostedAccount()
    await posted.open()
    for number in range(50):
        await posted.post(posted.grant(1, f"grant {number}"))
    await posted.post(posted.debit(55, "large"))  # closes forty lots
    assert (await posted.stored()).overdraft == 15
    assert isinstance(await posted.post(posted.send_messages("a")), Posted)
    after = await posted.stored()
    assert (after.lots, after.overdraft) == ({}, 5)
    assert json.loads(posted.sent[0].text)["word"] == "a"
    (movement,) = (await posted.pages())[-1].facts["movements"]
    assert (movement["kind"], "event" in movement) == (MovementKind.DEBIT, False)


async def test_draining_a_commit_leaves_the_messages_of_the_next_one(posted):
    posted.outage = UnavailableError("down")
    first = await posted.post(posted.send_messages("a"))
    await posted.post(posted.send_messages("b", name="another"))
    posted.outage = None
    assert await drain_commit(posted.table, ACCOUNT, first.sequence, posted._send, None)
    assert [json.loads(message.text)["word"] for message in posted.sent] == ["a"]
    assert len(posted.outbox) == 1


async def test_terms_without_further_fields_delete_their_row_and_are_on_the_page():
    posted = PostedAccount()
    await posted.post(replace(posted.send_messages(), opening_terms=replace(OPENED, name="Contoso")))
    assert posted.keys(FURTHER_TERMS)
    await posted.post(Decision(lambda _book, _now: Change(terms=OPENED), event("reopen", content="")))
    assert posted.keys(FURTHER_TERMS) == []
    assert (await posted.stored()).terms == OPENED
    assert change_of((await posted.pages())[-1]).terms == OPENED


async def test_purchases_that_end_together_all_leave_the_working_set(posted):
    begun = tuple(Intent(name, IntentState.PROCESSING, 1, "visa", NOON, NOON) for name in "abc")
    await posted.post(Decision(lambda _book, _now: Change(intents=begun), event("begin", content="")))
    assert len(posted.keys("a:intent:")) == 3
    ended = tuple(replace(intent, state=IntentState.CANCELLED) for intent in begun)
    await posted.post(Decision(lambda _book, _now: Change(intents=ended), event("end", content="")))
    assert posted.keys("a:intent:") == []
    assert len(posted.keys("h:intent:")) == 3


def test_more_lots_than_usual_take_room_from_the_movements():
    def frame(lots):
        many = book(*(lot(f"L{number}") for number in range(lots)))
        return form_group(many, [], now=NOON, recharge_rules=RechargeRules(HOUR)).characters

    assert frame(OPEN_LOTS_MAX) == frame(0)
    assert frame(OPEN_LOTS_MAX + 5) == frame(0) + 5 * LOT_CHARACTERS
