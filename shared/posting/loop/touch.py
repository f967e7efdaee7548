"""A touch: only the head is written again, so that every earlier attempt fails (ALARM, A2).

Catching up may find nothing due. It must still make earlier attempts fail: one may arrive late and rely on the alarm
that is about to be deleted. A commit would also do that, but its page would stay for ever; a new ETag of the head is
enough. Only the alarm that the head names may change.
"""

from dataclasses import replace

from shared.kernel.ids import AccountId
from shared.ports import Replace, RowChangedError
from shared.posting.journal.keys import HEAD
from shared.posting.journal.rows import Loaded, head_values
from shared.posting.loop.commit_attempt import LostRace, Outcome, Touched, set_alarm
from shared.posting.loop.context import LoopContext
from shared.posting.loop.group import Group


async def touch(context: LoopContext, account: AccountId, loaded: Loaded, group: Group) -> Outcome:
    """Try once. Raises `OutcomeUnknownError` when the outcome is unknown; it can be repeated safely."""
    next_alarm = await set_alarm(context, account, group)
    book = replace(loaded.book, position=replace(loaded.book.position, next_alarm=next_alarm))
    try:
        [etag] = await context.table.transact(account, [Replace(HEAD, head_values(book), loaded.etags[HEAD])])
    except RowChangedError:
        return LostRace()
    return Touched(Loaded(book, {**loaded.etags, HEAD: etag}))
