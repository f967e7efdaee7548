"""`credits holds`."""

import click

from operations.options import ACCOUNT, Options, command_of
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId


@click.command()
@click.argument("account", type=ACCOUNT)
@command_of
def holds(options: Options, account: AccountId) -> None:
    """List the open holds of ACCOUNT, the oldest first.

    A hold sets money aside for a call that was authorised and whose usage has not arrived. It is late when it should
    have timed out and has not yet.
    """
    from operations.actions.holds import list_open_holds

    run_on_services(options, RequiredSettings.STORAGE, lambda services: list_open_holds(services, account))
