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
    offset = crc32(account.encode()) % (SPREAD // timedelta(seconds=1))
    return next_month(now) + timedelta(seconds=offset)


def tell(before: Book, after: Book, change: Change, *, now: datetime) -> Change:
    """What is told, or remembered, because *change* leads from *before* to *after*. Only a month in which something was
    booked is told, once. Called after every decision, so that it looks at nothing but instants as a rule.
    """
    due = before.told.statement_at
    is_closing = after.terms.closed_at is not None
    is_over = due is not None and (is_closing or (due.year, due.month) <= (now.year, now.month))
    if not is_over and (due is not None or is_closing or not change.movements):
        return NOTHING
    following = told_from(after.terms.account, now) if change.movements and not is_closing else None
    told = Change(told=replace(after.told, statement_at=following))
    if not is_over:
        return told
    position = before.position
    notice = MonthlyStatement(
        at=now,
        month=f"{position.at:%Y-%m}",
        closing=Money(remaining(before) - before.overdraft, before.terms.currency),
        last_page=position.sequence,
        chain=position.chain,
        is_closed=is_closing,
    )
    message = last_notice_message if is_closing else notice_message
    return told.then(Change(outbox=(message(before, notice),)))
