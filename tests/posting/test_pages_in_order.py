"""Pages are read in both directions, several per request, each once."""

import pytest

from shared.posting.journal import reads
from tests.rules.books import ACCOUNT


@pytest.fixture
async def posted(posted, monkeypatch):
    """Ten pages in a storage that returns three per request."""
    monkeypatch.setattr(reads, "PAGES_AT_ONCE", 3)
    for number in range(8):
        await posted.post(posted.debit(1, f"call {number}"))
    return posted


@pytest.mark.parametrize(
    ("first", "last"), [(1, 10), (2, 10), (1, 9), (4, 6), (3, 3), (1, 1), (10, 10), (6, 5), (1, 3), (1, 4)]
)
async def test_every_page_of_a_range_is_read_once_in_order(posted, first, last):
    expected = list(range(first, last + 1))
    onwards = [page.sequence async for page in reads.pages(posted.table, ACCOUNT, first, last)]
    back = [page.sequence async for page in reads.pages_backwards(posted.table, ACCOUNT, last, first)]
    assert (onwards, back) == (expected, expected[::-1])


@pytest.mark.parametrize(("read", "span"), [(reads.pages, (1, 10)), (reads.pages_backwards, (10, 1))])
async def test_a_reader_that_stops_causes_no_further_requests(posted, read, span):
    verbs = []

    async def look(verb, _partition, _what):
        verbs.append(verb)

    posted.table.before = look
    seen = []
    async for page in read(posted.table, ACCOUNT, *span):
        seen.append(page.sequence)
        if len(seen) == 3:
            break
    assert len(seen) == 3
    assert verbs == ["range"]
