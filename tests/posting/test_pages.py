"""Journal pages: one per commit, never overwritten, chained by hash; sufficient to rebuild book and markers."""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.change import Change, Entry, EventName, Movement, MovementKind, OutboxMessage
from shared.ports import Create, Row, Write
from shared.posting.decision import Decision, event
from shared.posting.journal import reads
from shared.posting.journal.marker_rows import marker_of, marker_values
from shared.posting.journal.pages import (
    FIRST_CHAIN,
    PROPERTY_CHARACTERS,
    change_of,
    movement_json,
    movement_of,
    page_of,
    page_values,
)
from shared.posting.journal.rows import loaded_from
from tests.rules.books import ACCOUNT, NOON, TERMS

FRAME = {"sequence": 7, "previous": "before", "token": "t", "at": "2026-03-01T12:00:00Z", "movements": []}


def stored(text):
    return Row("j:7", "e", page_values(text, NOON))


@pytest.mark.parametrize(
    ("characters", "parts"),
    [
        (200, 1),
        (PROPERTY_CHARACTERS, 1),
        (PROPERTY_CHARACTERS + 1, 2),
        (7 * PROPERTY_CHARACTERS, 7),
    ],
)
def test_a_body_is_split_over_the_necessary_number_of_properties(characters, parts):
    body = json.dumps({**FRAME, "padding": ""})
    body = json.dumps({**FRAME, "padding": "x" * (characters - len(body))})
    values = page_values(body, NOON)
    assert values["parts"] == parts
    assert "".join(str(values[f"p{number}"]) for number in range(parts)) == body
    assert max(len(value) for value in values.values() if isinstance(value, str)) <= PROPERTY_CHARACTERS
    page = page_of(stored(body))
    assert (page.sequence, page.at, page.token, page.previous) == (7, NOON, "t", "before")
    assert page.hash == sha256(body.encode()).hexdigest()


def test_a_pages_stored_hash_is_verified():
    values = dict(page_values(json.dumps(FRAME), NOON))
    forged = {**values, "p0": str(values["p0"]).replace('"t"', '"u"')}
    assert page_of(Row("j:7", "e", forged)).hash != forged["hash"]


texts = st.text(alphabet=st.characters(), max_size=12)


@given(texts, texts, texts, st.integers(1, 2**62))
def test_a_movement_is_read_back_unchanged(source, name, user, amount):
    movement = Movement(
        MovementKind.DEBIT,
        (Entry("lot:a", "usage", amount), Entry("overdraft", "usage", 1)),
        EventName(source, name),
        NOON + timedelta(microseconds=1),
        user,
        "23",
        {"prefix": "44", "perMinute": 1, "words": name},
    )
    text = movement_json(movement)
    assert text.isascii()  # so that a character is a character to the storage, too
    assert movement_of(json.loads(text)) == movement


def test_a_movement_without_a_call_has_no_call_fields():
    lapse = Movement(MovementKind.EXPIRY, (Entry("lot:a", "breakage", 1),))
    assert set(json.loads(movement_json(lapse))) == {"kind", "entries"}
    assert movement_of(json.loads(movement_json(lapse))) == lapse


async def test_each_page_contains_the_hash_of_the_previous_one(posted):
    for number in range(3):
        posted.clock.forward(seconds=1)
        await posted.post(posted.debit(1, f"call {number}"))
    pages = await posted.pages()
    assert [page.previous for page in pages] == [FIRST_CHAIN, *(page.hash for page in pages[:-1])]
    assert (await posted.stored()).position.chain == pages[-1].hash
    assert len({page.token for page in pages}) == len(pages)
    assert [page.sequence for page in pages] == [1, 2, 3, 4, 5]


async def test_the_time_of_pages_never_decreases_even_if_a_clock_does(posted):
    await posted.post(posted.debit(1, "a"))
    posted.clock.forward(hours=-5)
    await posted.post(posted.debit(1, "b"))
    await posted.process().post(ACCOUNT, posted.debit(1, "c"))
    times = [page.at for page in await posted.pages()]
    assert times == sorted(times) == [NOON] * 5


async def test_a_page_is_never_overwritten(posted):
    pages = {key: posted.table.partitions[ACCOUNT][key] for key in posted.keys("j:")}
    writes: list[Write] = []

    async def note(verb, _partition, what):
        writes.extend(what if verb == "transact" else [])

    posted.table.before = note
    await posted.post(posted.debit(1, "a"))
    assert [type(write) for write in writes if write.key.startswith(("j:", "m:"))] == [Create, Create]
    assert all(posted.table.partitions[ACCOUNT][key] == page for key, page in pages.items())


async def test_only_the_first_page_contains_the_accounts_terms(posted):
    pages = await posted.pages()
    assert [("terms" in page.facts) for page in pages] == [True, False]
    assert pages[0].facts["terms"]["account"] == TERMS.account


async def test_a_page_contains_everything_that_its_commit_changed(posted):
    outbox = (OutboxMessage("notices", {"word": "\u65e5\u672c"}, "private"),)
    both = Change(movements=posted.debit(7, "call").decide(await posted.stored(), NOON).movements, outbox=outbox)
    name = event("everything", content="said")
    answer = await posted.post(Decision(lambda _book, _now: replace(both, result={"a": "b"}), name))
    page = (await posted.pages())[-1]
    assert page.facts["marks"] == [[name.key, name.content, "booked", 0, {"a": "b"}]]
    assert page.facts["outbox"] == [["notices", {"word": "\u65e5\u672c"}]]
    assert change_of(page).movements == both.movements
    assert page.facts["after"]["lots"] == {lot.id: [993, 0] for lot in answer.book.lots.values()}
    assert page.facts["after"]["nextAlarm"] == "2026-03-01T12:01:00Z"


async def test_the_heads_sums_are_those_of_its_lots(posted):
    await posted.post(posted.debit(7, "call"))
    head = posted.table.partitions[ACCOUNT]["a:head"].values
    assert (head["remaining"], head["held"], head["overdraft"], head["sequence"]) == (993, 0, 0, 3)


async def test_a_marker_is_read_back_unchanged(posted):
    answer = await posted.post(posted.grant(5, "grant"))
    name = posted.grant(5, "grant").event
    [marker] = (await reads.markers(posted.table, ACCOUNT, [name])).values()
    assert (marker.event, marker.sequence, marker.movement, marker.result) == (name, 3, 0, answer.result)
    assert marker_of(name.key, marker_values(marker)) == marker
    without = replace(marker, movement=None)
    assert marker_of(name.key, marker_values(without)) == without


async def test_pages_are_read_in_order_from_several_responses(posted, monkeypatch):
    for number in range(7):
        await posted.post(posted.debit(1, f"call {number}"))
    monkeypatch.setattr(reads, "PAGES_AT_ONCE", 3)
    read = [page.sequence async for page in reads.pages(posted.table, ACCOUNT, 2, 8)]
    assert read == [2, 3, 4, 5, 6, 7, 8]
    assert [page.sequence async for page in reads.pages(posted.table, ACCOUNT, 9, 20)] == [9]
    assert await reads.page(posted.table, ACCOUNT, 99) is None


def test_without_a_head_there_is_no_account():
    assert loaded_from([]) is None
    assert loaded_from([Row("a:settings", "e", {})]) is None
