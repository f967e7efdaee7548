"""The page in which nothing is decided. It settles whether an earlier commit happened, of which no answer came."""

from dataclasses import replace

from shared.ledger.apply import apply
from shared.ledger.change import NOTHING
from shared.notices import statements
from shared.posting.loop.group import Group


def empty_page(group: Group) -> Group:
    """*group*, for which nothing is written, as a page. The first page after a month tells of it even if it is empty:
    a later one could no longer name the month's last page.
    """
    told = statements.tell(group.before, group.before, NOTHING, now=group.now)
    return group if told is NOTHING else replace(group, book=apply(group.book, told), outbox=[*told.outbox])
