"""A touch: the head written again, so that every attempt decided on it earlier fails, and nothing else (ALARM, A2).

A look that finds nothing due must still end such an attempt: it may land late, and wait for the very alarm that the
look is about to drop. A commit would do that with a page that stays for ever; a new ETag of the head does it as well.
Only the alarm that the head names may be another afterwards.
"""

from dataclasses import replace

from shared.kernel.ids import AccountId
from shared.ports import Replace, RowChangedError
from shared.posting.journal.keys import HEAD
from shared.posting.journal.rows import Loaded, head_values
from shared.posting.loop.commit_attempt import Lost, Outcome, Touched, set_alarm
from shared.posting.loop.context import LoopContext
from shared.posting.loop.group import Group


async def touch(context: LoopContext, account: AccountId, loaded: Loaded, group: Group) -> Outcome:
    """Try once. Raises `OutcomeUnknownError` when nobody knows what came of it: once more is harmless."""
    next_alarm = await set_alarm(context, account, group)
    book = replace(loaded.book, position=replace(loaded.book.position, next_alarm=next_alarm))
    try:
        [etag] = await context.table.transact(account, [Replace(HEAD, head_values(book), loaded.etags[HEAD])])
    except RowChangedError:
        return Lost()
    return Touched(Loaded(book, {**loaded.etags, HEAD: etag}))
