"""Rebuild an account whose head was lost: head, lots, purchases and markers from its pages alone (R25)."""

from collections.abc import Sequence
from datetime import timedelta

from shared.audit.finding import Finding
from shared.audit.rebuilt import rows_of
from shared.audit.replay import replay
from shared.kernel.ids import AccountId
from shared.kernel.times import whole_second_up
from shared.posting.alarm import Alarm
from shared.posting.keys import PAGE, end_of
from shared.posting.pages import page_of
from shared.posting.restoring import restore
from shared.service.services import Services

SOON = timedelta(minutes=1)


class NotRebuildableError(Exception):
    """The pages themselves are broken: *findings* say how. Nothing was written."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = findings


async def rebuild_account(services: Services, account: AccountId) -> int:
    """Return how many rows were written. Raises NotRebuildableError, StillThereError (there is a head)."""
    rows = (await services.ledger.table.range(account, PAGE, end_of(PAGE))).rows
    rebuilt = replay(account, map(page_of, rows), len(rows))
    if rebuilt.findings or rebuilt.book is None:
        raise NotRebuildableError(rebuilt.findings)
    alarm = rebuilt.book.position.next_alarm or whole_second_up(services.clock.now() + SOON)
    await services.alarms.set(Alarm(account, alarm))
    return await restore(services.ledger.table, account, rows_of(rebuilt))
