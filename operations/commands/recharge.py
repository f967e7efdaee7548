"""`credits recharge`."""

import click

from operations.options import ACCOUNT, Options, command_of
from operations.required_settings import RequiredSettings
from operations.runner import carry_out
from shared.kernel.ids import AccountId


@click.group()
def recharge() -> None:
    """Auto-recharge's recharge of an account."""


@recharge.command()
@click.argument("account", type=ACCOUNT)
@command_of
def show(options: Options, account: AccountId) -> None:
    """The order, and where its recharge stands."""
    from operations.actions.recharge import show_recharge

    carry_out(options, RequiredSettings.STORAGE, lambda services: show_recharge(services, account))


@recharge.command()
@click.argument("account", type=ACCOUNT)
@click.option("--cancel", is_flag=True, help="Give the payment up instead of trying it.")
@command_of
def unblock(options: Options, account: AccountId, *, cancel: bool) -> None:
    """Have the recharge of ACCOUNT looked at and tried now.

    First the provider is asked what became of its payment, and that is booked. A declined one is then tried at once, on
    the same payment, with a fresh schedule. Never a second payment beside the first.

    With --cancel the payment is cancelled at the provider, and the recharge is over when the provider says so. Should
    it have succeeded meanwhile, the money becomes a lot. While auto-recharge is on, the balance low and a card
    stored that can be charged, a new recharge begins at once: `credits recharge stop` first, if none should.

    Exits with 1 when the recharge is still under way or declined afterwards.
    """
    from operations.actions.recharge import Wish, unblock_now

    wish = Wish.GIVE_UP if cancel else Wish.TRY_NOW
    carry_out(options, RequiredSettings.PROVIDER, lambda services: unblock_now(services, account, wish))


@recharge.command()
@click.argument("account", type=ACCOUNT)
@command_of
def stop(options: Options, account: AccountId) -> None:
    """Switch auto-recharge of ACCOUNT off, and give up a recharge that is under way.

    Its figures stay; the account's people switch it on again.
    """
    from operations.actions.recharge import stop_auto_recharge

    carry_out(options, RequiredSettings.STORAGE, lambda services: stop_auto_recharge(services, account))
