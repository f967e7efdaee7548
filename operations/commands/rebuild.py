"""`credits rebuild`."""

import click

from operations.options import BOOKS, Options, command_of
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId


@click.command()
@click.argument("account", type=BOOKS)
@command_of
def rebuild(options: Options, account: AccountId) -> None:
    """Rebuild ACCOUNT from its journal's pages.

    For an account, or `unattributed`, whose head was lost. Refuses an account that has a head, and inconsistent pages.
    No page is written; the other rows are written as the journal has them.
    """
    from operations.actions.rebuild import rebuild_from_pages

    run_on_services(options, RequiredSettings.STORAGE, lambda services: rebuild_from_pages(services, account))
