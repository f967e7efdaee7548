"""After a commit: what it tells is sent and its callers are answered, while the loop goes on with the next group."""

import asyncio
import logging
from collections.abc import Sequence

from shared.kernel.ids import AccountId
from shared.posting.decision import Answer
from shared.posting.loop import answers
from shared.posting.loop.context import LoopContext
from shared.posting.loop.event_loop import let_request_leave
from shared.posting.loop.group import Member
from shared.posting.outbox import drain_commit

log = logging.getLogger(__name__)


class AfterCommit:
    """One account's commits that are done and not yet told."""

    def __init__(self, account: AccountId, context: LoopContext) -> None:
        self._account = account
        self._context = context
        self._tasks: set[asyncio.Task[None]] = set()

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def start(self, given: Sequence[tuple[Member, Answer]], told_by: int | None) -> None:
        """Send what commit *told_by* has to tell, if it has, then answer."""
        task = asyncio.create_task(self._finish(given, told_by))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, given: Sequence[tuple[Member, Answer]], told_by: int | None) -> None:
        """What was committed is answered whatever becomes of the outbox: the alarm comes back for that."""
        try:
            if told_by is not None:
                await drain_commit(self._context.table, self._account, told_by, self._context.send)
        except Exception:
            log.exception("the outbox of %s waits", self._account)
        await let_request_leave()
        for member, answer in given:
            answers.tell([member], answer)
