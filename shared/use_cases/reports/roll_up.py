"""Follow the journal: add what new pages say to the sums of usage and of statements (R20).

The place that was reached is stored after the sums. If a process ends in between, the next one reads the same pages
again, and the rows know that they have them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from shared.kernel.ids import AccountId
from shared.ledger.change import Movement
from shared.ledger.statement import columns_of
from shared.ports import Create, OutcomeUnknownError, Replace, Row, RowChangedError, RowExistsError, UnavailableError
from shared.posting.journal import reads
from shared.posting.journal.pages import Page, movement_of
from shared.service.services import Services
from shared.use_cases.reports.counted import counted
from shared.use_cases.reports.sum_rows import FORM, Addition, add, statement_partition, usage_key, usage_partition

REACHED = f"reached.{FORM}"
"""The row of an account with the page that its sums have reached, and the months that have usage."""

PAGES_AT_ONCE = 200
"""Pages after which the place is stored."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The last page that the sums contain, and the months (UTC) of the calls in them."""

    sequence: int
    months: frozenset[str]
    row: Row | None


async def reached(services: Services, account: AccountId) -> Reached:
    """How far the account's sums go."""
    row = await services.reports.sums.get(account, REACHED)
    if row is None:
        return Reached(0, frozenset(), None)
    return Reached(int(row.values["sequence"]), frozenset(json.loads(str(row.values["months"]))), row)


async def roll_up(services: Services, account: AccountId, last: int, pages_max: int) -> Reached:
    """Add the pages up to *last* to the sums, at most *pages_max* of them, and return what is reached then. It may be
    more, if another process did so at the same time. Raises `UnavailableError`.
    """
    now = await reached(services, account)
    end = min(last, now.sequence + pages_max)
    while now.sequence < end:
        now = await _add_pages(services, account, now, min(end, now.sequence + PAGES_AT_ONCE))
    return now


async def _add_pages(services: Services, account: AccountId, before: Reached, last: int) -> Reached:
    additions = _Additions(account)
    async for page in reads.pages(services.ledger.table, account, before.sequence + 1, last):
        movements = [movement_of(facts) for facts in page.facts["movements"]]
        for movement in movements:
            replaced = await _replaced(services, account, movement, page, movements)
            additions.add(page, movement, replaced)
    for partition, rows in additions.rows.items():
        await add(services.reports.sums, partition, rows, last)
    return await _store(services, account, before, last, additions.months)


async def _replaced(
    services: Services, account: AccountId, movement: Movement, page: Page, movements: Sequence[Movement]
) -> Movement | None:
    """The movement that a correction replaces."""
    if not movement.replaces:
        return None
    sequence, index = map(int, movement.replaces.split("-"))
    if sequence == page.sequence:
        return movements[index]
    found = await reads.page(services.ledger.table, account, sequence)
    return movement_of(found.facts["movements"][index]) if found else None


async def _store(services: Services, account: AccountId, before: Reached, last: int, months: set[str]) -> Reached:
    """Store that *last* is reached, unless another process has got further."""
    while True:
        known = sorted(before.months | months)
        values: dict[str, str | int] = {"sequence": last, "months": json.dumps(known)}
        write = Replace(REACHED, values, before.row.etag) if before.row else Create(REACHED, values)
        try:
            [etag] = await services.reports.sums.transact(account, [write])
        except (RowExistsError, RowChangedError):
            before = await reached(services, account)
            if before.sequence >= last and months <= before.months:
                return before
            last = max(last, before.sequence)
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown
        else:
            return Reached(last, frozenset(known), Row(REACHED, etag, values))


class _Additions:
    """What pages add, by partition and row."""

    def __init__(self, account: AccountId) -> None:
        self._account = account
        self.rows: dict[str, dict[str, Addition]] = {}
        self.months: set[str] = set()

    def add(self, page: Page, movement: Movement, replaced: Movement | None) -> None:
        """Add one movement of *page*: its call by the day of its start, its columns by the month of the page."""
        for each in counted(movement, replaced):
            month, day = f"{each.day:%Y-%m}", f"{each.day:%d}"
            self.months.add(month)
            for dimension, key in each.by():
                row = (usage_partition(self._account, month), usage_key(dimension, key), key)
                self._add(row, page.sequence, day, each.sums.parts)
        for lot, columns in columns_of(movement).items():
            row = (statement_partition(self._account, f"{page.at:%Y-%m}"), f"lot|{lot}", lot)
            for column, amount in columns.items():
                self._add(row, page.sequence, column, (amount,))

    def _add(self, row: tuple[str, str, str], sequence: int, place: str, part: Sequence[int]) -> None:
        partition, name, key = row
        addition = self.rows.setdefault(partition, {}).setdefault(name, Addition(key))
        addition.parts.append((sequence, place, part))
