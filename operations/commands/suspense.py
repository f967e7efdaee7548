"""`credits suspense`."""

import click

from operations.options import ACCOUNT, Options, command_of
from operations.parameter_types import REASON
from operations.required_settings import RequiredSettings
from operations.runner import carry_out

STATES = click.Choice(["open", "replayed", "accepted", "dismissed"])


@click.group()
def suspense() -> None:
    """Usage that could not be booked."""


@suspense.command(name="list")
@click.option("--state", type=STATES, default="open", show_default=True)
@click.option("--reason", type=REASON, metavar="REASON", help="Only items of this reason, such as no_rate.")
@click.option("--account", type=ACCOUNT, help="Only this account's.")
@command_of
def list_items(options: Options, state: str, reason: str | None, account: str | None) -> None:
    """What waits, oldest first, without the messages themselves."""
    from operations.actions.suspense import Sought, list_suspended

    carry_out(
        options, RequiredSettings.STORAGE, lambda services: list_suspended(services, Sought(state, reason, account))
    )


@suspense.command()
@click.argument("item")
@command_of
def show(options: Options, item: str) -> None:
    """One item whole, with the message as it came, in base64 where `encoding` says so. It holds phone numbers."""
    from operations.actions.suspense import show_item

    carry_out(options, RequiredSettings.STORAGE, lambda services: show_item(services, item))


@suspense.command()
@click.argument("items", nargs=-1, metavar="[ITEM]...")
@click.option("--all", "every", is_flag=True, help="Every open item, of --reason and --account if they are given.")
@click.option("--reason", type=REASON, metavar="REASON", help="With --all: only items of this reason.")
@click.option("--account", type=ACCOUNT, help="With --all: only this account's.")
@command_of
def replay(options: Options, items: tuple[str, ...], reason: str | None, account: str | None, *, every: bool) -> None:
    """Try again to book items: each at most once, however often it is replayed. A booked one is a debit.

    Bytes that could not be read are read again: good events in them are booked, the others become items of their own.

    Exits with 1 when something still cannot be booked; it then says why.
    """
    from operations.actions.suspense import Sought, replay_all, replay_named

    if every == bool(items):
        raise click.UsageError("name the items, or say --all")
    if (reason or account) and not every:
        raise click.UsageError("--reason and --account go with --all")
    sought = Sought("open", reason, account)
    carry_out(
        options,
        RequiredSettings.STORAGE,
        lambda services: replay_all(services, sought) if every else replay_named(services, items),
    )


@suspense.command()
@click.argument("item")
@command_of
def accept(options: Options, item: str) -> None:
    """Accept a conflict: what was booked is unwound and the new content booked, as one correction."""
    from operations.actions.suspense import accept_item

    carry_out(options, RequiredSettings.STORAGE, lambda services: accept_item(services, item))


@suspense.command()
@click.argument("item")
@click.option("--because", required=True, metavar="WORDS", help="Why; kept with the item. No phone numbers.")
@command_of
def dismiss(options: Options, item: str, because: str) -> None:
    """Set an item aside that will never be booked, such as a text message that was sent as a call.

    It is kept for another 90 days, with the reason, and can still be replayed or accepted.
    """
    from operations.actions.suspense import dismiss_item

    carry_out(options, RequiredSettings.STORAGE, lambda services: dismiss_item(services, item, because))
