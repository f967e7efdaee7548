"""`credits brake`."""

import click

from operations.help import CommandGroup
from operations.options import ACCOUNT, Options, command_of
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId


@click.group(cls=CommandGroup)
def brake() -> None:
    """The fraud brake of an account: show, release."""


@brake.command()
@click.argument("account", type=ACCOUNT)
@command_of
def show(options: Options, account: AccountId) -> None:
    """Whether the brake has braked, since when, and whom it stops."""
    from operations.actions.brake import show_brake

    run_on_services(options, RequiredSettings.STORAGE, lambda services: show_brake(services, account))


@brake.command()
@click.argument("account", type=ACCOUNT)
@command_of
def release(options: Options, account: AccountId) -> None:
    """Release the brake of ACCOUNT.

    Refused calls may be made again, and auto-recharge continues. Calls that began before count no more.
    """
    from operations.actions.brake import release_now

    run_on_services(options, RequiredSettings.STORAGE, lambda services: release_now(services, account))
