"""`credits rebuild`."""

import click

from operations.options import BOOKS, Options, command_of
from operations.required_settings import RequiredSettings
from operations.runner import carry_out
from shared.kernel.ids import AccountId


@click.command()
@click.argument("account", type=BOOKS)
@command_of
def rebuild(options: Options, account: AccountId) -> None:
    """Rebuild ACCOUNT, or `unattributed`, whose head was lost, from its journal's pages.

    Refuses an account that has a head, and pages that do not hold together. No page is written: the rows become again
    what the journal says.
    """
    from operations.actions.rebuild import rebuild_from_pages

    carry_out(options, RequiredSettings.STORAGE, lambda services: rebuild_from_pages(services, account))
