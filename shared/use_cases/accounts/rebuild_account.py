"""Rebuild an account whose head was lost: head, lots, purchases and markers from its pages alone (R25)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from pydantic import ValidationError

from shared.audit import proved
from shared.audit.finding import Finding
from shared.audit.rebuilt import marker_rows, rows_of
from shared.audit.relearned import relearned
from shared.audit.replay import replay
from shared.kernel.ids import AccountId
from shared.kernel.times import round_up_to_second
from shared.ledger.book import Book
from shared.ledger.habit import UNKNOWN_HABIT
from shared.ports import Table, Value
from shared.posting.alarm import Alarm
from shared.posting.journal.brake_rows import habit_values
from shared.posting.journal.keys import HABIT, PAGE, SETTINGS, end_of
from shared.posting.journal.pages import Page, page_of
from shared.posting.journal.restore import restore
from shared.posting.journal.settings_rows import (
    SETTINGS_TYPE,
)
from shared.service.services import Services

FIRST_ALARM = timedelta(minutes=1)
"""When an account that waits for nothing is checked after its rebuild."""


class NotRebuildableError(Exception):
    """The pages themselves are broken, as *findings* say. Nothing was written."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The number of rows written, and whether the administrators must be entered again: pages have no addresses."""

    rows: int
    are_administrators_lost: bool


async def rebuild_account(services: Services, account: AccountId) -> Rebuilt:
    """Write the account's rows again, and forget what audits have proved, so that the next one is whole. The
    administrators come from the settings' row, if it is still there and matches the pages. Raises NotRebuildableError,
    StillThereError (there is a head).
    """
    pages = [page_of(row) for row in (await services.ledger.table.range(account, PAGE, end_of(PAGE))).rows]
    rebuilt = replay(account, pages, len(pages))
    if rebuilt.findings or rebuilt.book is None:
        raise NotRebuildableError(rebuilt.findings)
    rebuilt.book = await _with_administrators(services.ledger.table, rebuilt.book)
    alarm = rebuilt.book.position.next_alarm or round_up_to_second(services.clock.now() + FIRST_ALARM)
    await services.alarms.set(Alarm(account, alarm))
    markers = {key: values for page in pages for key, values in marker_rows(page).items()}
    rows = {**rows_of(rebuilt), **_habit_row(rebuilt.book, pages), **markers}
    written = await restore(services.ledger.table, account, rows)
    await proved.forget(services.audits, account)  # the pages may have been restored from an older copy
    return Rebuilt(written, rebuilt.book.settings.are_administrators_lost)


def _habit_row(book: Book, pages: Sequence[Page]) -> dict[str, Mapping[str, Value]]:
    """The row of the habit: without it the brake would begin as in a new account."""
    habit = relearned(book, pages)
    return {} if habit == UNKNOWN_HABIT else {HABIT: habit_values(habit)}


async def _with_administrators(table: Table, book: Book) -> Book:
    """The book with the settings of their row, if the digest in the last page is theirs."""
    row = await table.get(book.terms.account, SETTINGS)
    try:
        stored = SETTINGS_TYPE.validate_json(str(row.values["settings"])) if row else None
    except (KeyError, ValidationError):
        return book
    return replace(book, settings=stored) if stored and stored.matches_page(book.settings) else book
