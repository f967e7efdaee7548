"""After a commit: what it tells is sent and its callers are answered, while the loop goes on with the next group."""

import asyncio
import logging
from collections.abc import Sequence

from shared.kernel.ids import AccountId
from shared.posting import answering
from shared.posting.decision import Answer
from shared.posting.group import Member
from shared.posting.office import Office
from shared.posting.outbox import drain_commit
from shared.posting.turns import leave_first

log = logging.getLogger(__name__)


class Finishing:
    """One account's commits that are done and not yet told."""

    def __init__(self, account: AccountId, office: Office) -> None:
        self._account = account
        self._office = office
        self._tasks: set[asyncio.Task[None]] = set()

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def start(self, answers: Sequence[tuple[Member, Answer]], told_by: int | None) -> None:
        """Send what commit *told_by* has to tell, if it has, then answer."""
        task = asyncio.create_task(self._finish(answers, told_by))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, answers: Sequence[tuple[Member, Answer]], told_by: int | None) -> None:
        """What was committed is answered whatever becomes of the outbox: the alarm comes back for that."""
        try:
            if told_by is not None:
                await drain_commit(self._office.table, self._account, told_by, self._office.send)
        except Exception:
            log.exception("the outbox of %s waits", self._account)
        await leave_first()
        for member, answer in answers:
            answering.tell([member], answer)
