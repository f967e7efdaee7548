"""Telling of a month that is over, with the head of its chain (R25): whoever keeps it sees when the books are changed.

The month is over at the first commit of the next one, whatever that commit is. Its page names, as the page before, the
last page of the month, so that this hash is told. If nothing else is committed, the account's alarm is due some hours
later. The commit that closes an account tells the last month before it is over.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from zlib import crc32

from shared.kernel.ids import AccountId
from shared.kernel.money import Money
from shared.kernel.times import next_month
from shared.ledger.balance import remaining
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.notices.account_kinds import MonthlyStatement
from shared.notices.notify import last_notice_message, notice_message

SPREAD = timedelta(hours=6)
"""The alarms of all accounts are spread over this time after the end of a month."""


def told_from(account: AccountId, now: datetime) -> datetime:
    """When the statement of the month of *now* is told if nothing else is committed: always at the same time after the
    month's end for one account, in whole seconds.
    """
    offset = crc32(account.encode()) % SPREAD.seconds
    return next_month(now) + timedelta(seconds=offset)


def tell(before: Book, after: Book, change: Change, *, now: datetime) -> Change:
    """What is told, or remembered, because *change* leads from *before* to *after*. Only a month in which something was
    booked is told, once. Called after every decision, so that it looks at nothing but instants as a rule.
    """
    due, is_closing = before.told.statement_at, after.terms.closed_at is not None
    books = bool(change.movements) and not is_closing
    if due is None:
        return _due_from(after, now) if books else NOTHING
    if not is_closing and _month(now) < _month(due):
        return NOTHING
    following = _due_from(after, now) if books else Change(told=replace(after.told, statement_at=None))
    is_of_last_page = _month(due) == _month(next_month(before.position.at))
    # Otherwise one commit books something and closes the account: no page of that month could be named.
    return following.then(_notice(before, now, is_closed=is_closing)) if is_of_last_page else following


def _due_from(book: Book, now: datetime) -> Change:
    return Change(told=replace(book.told, statement_at=told_from(book.terms.account, now)))


def _notice(before: Book, now: datetime, *, is_closed: bool) -> Change:
    """The e-mail about the month of the page before this commit."""
    position = before.position
    notice = MonthlyStatement(
        at=now,
        month=f"{position.at:%Y-%m}",
        closing=Money(remaining(before) - before.overdraft, before.terms.currency),
        last_page=position.sequence,
        chain=position.chain,
        is_closed=is_closed,
    )
    message = last_notice_message if is_closed else notice_message
    return Change(outbox=(message(before, notice),))


def _month(instant: datetime) -> tuple[int, int]:
    return instant.year, instant.month
