"""After a commit: its outbox is sent and its callers are answered, while the loop continues with the next group. The
records of its calls wait, and are stored after the answers.
"""

import asyncio
import logging
from collections.abc import Sequence

from shared.kernel.ids import AccountId
from shared.ports import Row
from shared.posting.decision import Answer
from shared.posting.loop import answers
from shared.posting.loop.context import LoopContext
from shared.posting.loop.event_loop import let_request_leave
from shared.posting.loop.group import Group, Member
from shared.posting.loop.waiting_records import WaitingRecords
from shared.posting.outbox import drain_commit

log = logging.getLogger(__name__)

FEW = 8
"""Callers who are answered at once: what they do next takes a millisecond, and waiting until the next commit's request
has left would only keep them from being in the one after it.
"""


class AfterCommit:
    """One account's commits whose outbox has not been sent or whose callers have not been answered."""

    def __init__(self, account: AccountId, context: LoopContext) -> None:
        self._account = account
        self._context = context
        self._tasks: set[asyncio.Task[None]] = set()
        self._records = WaitingRecords(account, context)

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def start(self, group: Group, answered: Sequence[tuple[Member, Answer]], rows: Sequence[Row] | None) -> None:
        """Send the outbox messages of *group*, then give the members their answers. *rows*: the rows of those messages;
        None: they are read.
        """
        task = asyncio.create_task(self._finish(group, answered, rows))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(
        self, group: Group, answered: Sequence[tuple[Member, Answer]], rows: Sequence[Row] | None
    ) -> None:
        """The callers are answered even if the outbox cannot be sent: the alarm takes care of it later."""
        try:
            if group.outbox:
                await drain_commit(self._context.table, self._account, group.sequence, self._context.send, rows)
        except Exception:
            log.exception("the outbox of %s waits", self._account)
        await self._records.keep_up()
        if len(answered) > FEW:
            await let_request_leave(self._context.turns)
        for member, answer in answered:
            answers.answer_all([member], answer)
        await self._records.add(len(group.records))
