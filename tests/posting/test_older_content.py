"""Events whose content form changed in a release are recognised by markers of earlier releases."""

import asyncio
from dataclasses import replace

from shared.posting.decision import Conflict, Duplicate, event
from shared.posting.journal.keys import MARKER
from tests.rules.books import ACCOUNT


def test_an_event_has_its_content_digest_in_every_form():
    today = event("call", "1", content="v2:7", older=("7", "amount=7"))
    earlier = [event("call", "1", content=text).content for text in ("v2:7", "7", "amount=7")]
    assert all(today.has_content(content, {}) for content in earlier)
    assert not today.has_content(event("call", "1", content="8").content, {})
    assert (today.key, today.content) == (event("call", "1", content="").key, earlier[0])


async def test_a_marker_of_an_earlier_release_is_recognised_by_the_older_form(posted):
    await posted.post(posted.debit(7, "call"))  # its content is "7"
    now = replace(posted.debit(7, "call"), event=event("call", "call", content="v2:7", older=("7",)))
    other = replace(posted.debit(8, "call"), event=event("call", "call", content="v2:8", older=("8",)))
    process = posted.process()
    answers = await asyncio.gather(*(process.post(ACCOUNT, each) for each in (now, other)))
    assert [type(answer) for answer in answers] == [Duplicate, Conflict]
    assert await posted.debits() == ["call"]


async def test_a_marker_with_added_fields_is_not_treated_as_one_of_an_earlier_release(posted):
    less = replace(posted.debit(7, "call"), event=event("call", "call", content="7", added="nothing"))
    more = replace(posted.debit(7, "call"), event=event("call", "call", content="7", added="more"))
    await posted.post(less)
    assert [type(await posted.post(each)) for each in (less, more)] == [Duplicate, Conflict]
    row = posted.table.partitions[ACCOUNT][MARKER + less.event.key]
    assert row.values["content"] == less.event.content  # by which the earlier release recognises it


async def test_a_new_marker_has_only_the_current_form(posted):
    now = replace(posted.debit(7, "call"), event=event("call", "call", content="v2:7", older=("7",)))
    await posted.post(now)
    assert isinstance(await posted.post(posted.debit(7, "call")), Conflict)  # the earlier release does not recognise it
