"""`credits refund`."""

import click

from operations.options import ACCOUNT, Options, command_of
from operations.parameter_types import AMOUNT, REFERENCE
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId


@click.command()
@click.argument("account", type=ACCOUNT)
@click.argument("lot")
@click.option(
    "--amount", type=AMOUNT, metavar="DECIMAL", help="In the account's currency; without it, all that is unspent."
)
@click.option("--reference", type=REFERENCE, help="Makes a further refund of LOT of the same amount another one.")
@command_of
def refund(options: Options, account: AccountId, lot: str, amount: str | None, reference: str | None) -> None:
    """Refund what is unspent of LOT to its card.

    What calls in progress have set aside stays. Repeating the command makes no second refund and shows how the first
    one stands: so do that after exit code 3. The exit code is 1 for a refund that failed. `credits account show` lists
    the lots.
    """
    from operations.actions.refund import refund_lot

    run_on_services(
        options, RequiredSettings.PROVIDER, lambda services: refund_lot(services, account, lot, amount, reference)
    )
