"""`credits rebuild`."""

import click

from operations.asked import BOOKS, Asked, command_of
from operations.carrying import carry_out
from operations.reach import Reach
from shared.kernel.ids import AccountId


@click.command()
@click.argument("account", type=BOOKS)
@command_of
def rebuild(asked: Asked, account: AccountId) -> None:
    """Rebuild ACCOUNT, or `unattributed`, whose head was lost, from its journal's pages.

    Refuses an account that has a head, and pages that do not hold together. No page is written: the rows become again
    what the journal says.
    """
    from operations.work.rebuild import rebuild_from_pages

    carry_out(asked, Reach.STORAGE, lambda services: rebuild_from_pages(services, account))
