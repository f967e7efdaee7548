"""The next group of an account: the one that was formed ahead, or a new one from the waiting decisions."""

from collections.abc import Sequence

from shared.kernel.ids import AccountId
from shared.posting.journal import reads
from shared.posting.journal.rows import Loaded
from shared.posting.loop.context import LoopContext
from shared.posting.loop.group import Group, Member, form_group
from shared.posting.loop.lookahead import Lookahead


async def next_group(
    context: LoopContext, account: AccountId, loaded: Loaded, members: Sequence[Member], lookahead: Lookahead
) -> tuple[Loaded, Group]:
    """The group, and the account with the closed lots and refunds that it needs. Raises `UnavailableError`."""
    ahead = lookahead.take(loaded.book)
    lots = [lot for member in members for lot in member.decision.closed_lots]
    refunds = [refund for member in members for refund in member.decision.closed_refunds]
    if lots or refunds:
        loaded = await reads.with_closed(context.table, account, loaded, lots, refunds)
    elif ahead is not None:
        return loaded, ahead
    now = max(context.clock.now(), loaded.book.position.at)
    return loaded, form_group(loaded.book, members, now=now, recharge_rules=context.recharge_rules)
