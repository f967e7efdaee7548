"""`credits reverse`."""

import click

from operations.options import ACCOUNT, Options, command_of
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId


@click.command()
@click.argument("account", type=ACCOUNT)
@click.argument("movement")
@click.option("--because", required=True, metavar="TEXT", help="The reason, kept with the correction.")
@command_of
def reverse(options: Options, account: AccountId, movement: str, because: str) -> None:
    """Reverse a debit or a grant of ACCOUNT, once.

    What the call took returns to the lots and pools that it came from. What was spent of a grant becomes overdraft.
    `credits account movements` lists the movements with their ids.
    """
    from operations.actions.reverse import reverse_booking

    run_on_services(
        options, RequiredSettings.STORAGE, lambda services: reverse_booking(services, account, movement, because)
    )
