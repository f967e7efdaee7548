"""What one transaction holds: which of its rows are markers, and no row that did not change."""

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
from shared.posting.loop.group import LOT_CHARACTERS, Member, form
from shared.posting.outbox import drain_commit
from tests.posting.rig import OPENED, Desk
from tests.rules.books import ACCOUNT, HOUR, NOON, book, lot

ROWS = (HEAD, OPEN_LOT, FURTHER_TERMS, PAGE, MARKER)


def kinds(keys):
    """What kind of row each of *keys* is."""
    return [next(kind for kind in ROWS if key.startswith(kind)) for key in keys]


async def test_a_write_that_is_refused_is_a_marker_or_is_none(desk):
    """By its place alone: a marker says "known", every other row "somebody was faster"."""
    loaded = await desk.loaded()
    waiting = [Member(desk.debit(1, name), asyncio.Future(), 1) for name in "abc"]
    group = form(loaded.book, waiting, now=desk.clock.now(), largest_charge_pause=HOUR)
    commit = prepare(loaded, group, "token", None)
    keys = [write.key for write in commit.writes]
    assert kinds(keys) == [HEAD, PAGE, MARKER, MARKER, MARKER, OPEN_LOT]
    assert [commit.is_marker(index) for index in range(len(keys))] == [key.startswith(MARKER) for key in keys]


@pytest.mark.parametrize("name", ["", "Contoso"])
async def test_terms_that_did_not_change_are_not_written_again(name):
    desk = Desk()
    await desk.post(replace(desk.telling(), opening_terms=replace(OPENED, name=name)))
    await desk.post(desk.grant(1_000, "first"))
    assert bool(desk.keys(FURTHER_TERMS)) is bool(name)
    written: list[str] = []

    async def note(verb, _partition, what):
        if verb == "transact":
            written.extend(write.key for write in what)

    desk.table.before = note
    await desk.post(desk.debit(1, "call"))
    assert kinds(written) == [HEAD, PAGE, MARKER, OPEN_LOT]


async def test_overdraft_that_one_commit_could_not_pay_is_paid_by_the_next_which_keeps_what_it_is_about():
    desk = Desk()
    await desk.open()
    for number in range(50):
        await desk.post(desk.grant(1, f"grant {number}"))
    await desk.post(desk.debit(55, "large"))  # closes forty lots
    assert (await desk.stored()).overdraft == 15
    assert isinstance(await desk.post(desk.telling("a")), Posted)
    after = await desk.stored()
    assert (after.lots, after.overdraft) == ({}, 5)
    assert json.loads(desk.sent[0].text)["word"] == "a"
    (movement,) = (await desk.pages())[-1].facts["movements"]
    assert (movement["kind"], "event" in movement) == (MovementKind.DEBIT, False)


async def test_what_the_next_commit_has_to_tell_is_left_to_it(desk):
    desk.outage = UnavailableError("down")
    first = await desk.post(desk.telling("a"))
    await desk.post(desk.telling("b", name="another"))
    desk.outage = None
    assert await drain_commit(desk.table, ACCOUNT, first.sequence, desk._send)
    assert [json.loads(told.text)["word"] for told in desk.sent] == ["a"]
    assert len(desk.outbox) == 1


async def test_terms_with_nothing_further_to_say_take_their_row_away_and_the_page_tells_of_them():
    desk = Desk()
    await desk.post(replace(desk.telling(), opening_terms=replace(OPENED, name="Contoso")))
    assert desk.keys(FURTHER_TERMS)
    await desk.post(Decision(lambda _book, _now: Change(terms=OPENED), event("reopen", content="")))
    assert desk.keys(FURTHER_TERMS) == []
    assert (await desk.stored()).terms == OPENED
    assert change_of((await desk.pages())[-1]).terms == OPENED


async def test_purchases_that_end_together_all_leave_the_working_set(desk):
    begun = tuple(Intent(name, IntentState.PROCESSING, 1, "visa", NOON, NOON) for name in "abc")
    await desk.post(Decision(lambda _book, _now: Change(intents=begun), event("begin", content="")))
    assert len(desk.keys("a:intent:")) == 3
    ended = tuple(replace(intent, state=IntentState.CANCELLED) for intent in begun)
    await desk.post(Decision(lambda _book, _now: Change(intents=ended), event("end", content="")))
    assert desk.keys("a:intent:") == []
    assert len(desk.keys("h:intent:")) == 3


def test_more_lots_than_usual_take_room_from_the_movements():
    def frame(lots):
        many = book(*(lot(f"L{number}") for number in range(lots)))
        return form(many, [], now=NOON, largest_charge_pause=HOUR).characters

    assert frame(OPEN_LOTS_MAX) == frame(0)
    assert frame(OPEN_LOTS_MAX + 5) == frame(0) + 5 * LOT_CHARACTERS
