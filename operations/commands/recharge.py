"""`credits recharge`."""

import click

from operations.help import CommandGroup
from operations.options import ACCOUNT, Options, command_of
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId


@click.group(cls=CommandGroup)
def recharge() -> None:
    """The recharge of an account: show, unblock, stop."""


@recharge.command()
@click.argument("account", type=ACCOUNT)
@command_of
def show(options: Options, account: AccountId) -> None:
    """Auto-recharge, and the state of its recharge."""
    from operations.actions.recharge import show_recharge

    run_on_services(options, RequiredSettings.STORAGE, lambda services: show_recharge(services, account))


@recharge.command()
@click.argument("account", type=ACCOUNT)
@click.option("--cancel", is_flag=True, help="Cancel the payment instead of trying it.")
@command_of
def unblock(options: Options, account: AccountId, *, cancel: bool) -> None:
    """Check the recharge of ACCOUNT and try it now.

    The provider's outcome of its payment is read and booked first. A declined payment is then tried again at once, with
    a new schedule of retries. It is the same payment; there is never a second one beside it.

    With --cancel the payment is cancelled at the provider, and the recharge ends when the provider confirms it. If the
    payment has succeeded meanwhile, the money becomes a lot. A new recharge begins at once while auto-recharge is on,
    the balance is low and a stored card can be charged; to prevent it, run `credits recharge stop` first.

    Exits with 1 when the recharge is still under way or declined afterwards.
    """
    from operations.actions.recharge import UnblockAction, unblock_now

    action = UnblockAction.GIVE_UP if cancel else UnblockAction.TRY_NOW
    run_on_services(options, RequiredSettings.PROVIDER, lambda services: unblock_now(services, account, action))


@recharge.command()
@click.argument("account", type=ACCOUNT)
@command_of
def stop(options: Options, account: AccountId) -> None:
    """Switch auto-recharge of ACCOUNT off.

    A recharge that is under way is given up. The amounts stay; the account's administrators can switch it on again.
    """
    from operations.actions.recharge import stop_auto_recharge

    run_on_services(options, RequiredSettings.STORAGE, lambda services: stop_auto_recharge(services, account))
