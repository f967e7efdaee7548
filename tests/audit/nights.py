"""Nights of the scenario's account: what was proved up to a page, and what the following nights find."""

from datetime import timedelta

from shared.audit import proved
from shared.audit.proved import Record, Stored
from shared.audit.replay import Replay, replay
from shared.kernel.ids import AccountId
from shared.posting.journal.pages import page_of
from shared.use_cases.accounts.audit_tonight import audit_tonight
from tests.audit.books import Books, page_key


def replayed(books: Books, last: int) -> Replay:
    """The replay of the pages up to *last*."""
    pages = [page_of(books.rows[page_key(sequence)]) for sequence in range(1, last + 1)]
    found = replay(AccountId(books.account), pages, last)
    assert found.findings == []
    return found


async def prove(books: Books, last: int) -> None:
    """Store that an audit a moment ago, which was whole, has proved the pages up to *last*. The account's own night of
    the rota has just passed.
    """
    account = AccountId(books.account)
    now = books.world.clock.now()
    record = Record(now - timedelta(days=90), now, now)
    await proved.write(books.world.audits, account, Stored(), record, replayed(books, last))


async def night(books: Books) -> set[tuple[object, str]]:
    """The invariants and rows that this night's audit names."""
    account = AccountId(books.account)
    stored = await proved.read(books.world.audits, account)
    return {(finding.invariant, finding.row) for finding in await audit_tonight(books.world.services, account, stored)}
