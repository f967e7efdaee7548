"""`credits suspense`."""

import click

from operations.help import CommandGroup
from operations.options import ACCOUNT, Options, command_of
from operations.parameter_types import REASON
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services

STATES = click.Choice(["open", "replayed", "accepted", "dismissed"])


@click.group(cls=CommandGroup)
def suspense() -> None:
    """Usage in suspense: list, show, replay, accept, dismiss."""


@suspense.command(name="list")
@click.option("--state", type=STATES, default="open", show_default=True)
@click.option("--reason", type=REASON, metavar="REASON", help="Only items of this reason, such as no_rate.")
@click.option("--account", type=ACCOUNT, help="Only this account's.")
@command_of
def list_items(options: Options, state: str, reason: str | None, account: str | None) -> None:
    """The items, oldest first, without their messages."""
    from operations.actions.suspense import SuspenseFilter, list_suspended

    run_on_services(
        options,
        RequiredSettings.STORAGE,
        lambda services: list_suspended(services, SuspenseFilter(state, reason, account)),
    )


@suspense.command()
@click.argument("item")
@command_of
def show(options: Options, item: str) -> None:
    """ITEM with its message, which has phone numbers.

    The message is shown as it arrived, in base64 where `encoding` says so.
    """
    from operations.actions.suspense import show_item

    run_on_services(options, RequiredSettings.STORAGE, lambda services: show_item(services, item))


@suspense.command()
@click.argument("items", nargs=-1, metavar="[ITEM]...")
@click.option("--all", "every", is_flag=True, help="Every open item; with --reason or --account only these.")
@click.option("--reason", type=REASON, metavar="REASON", help="With --all: only items of this reason.")
@click.option("--account", type=ACCOUNT, help="With --all: only this account's.")
@command_of
def replay(options: Options, items: tuple[str, ...], reason: str | None, account: str | None, *, every: bool) -> None:
    """Try again to book items.

    Each is booked at most once, however often it is replayed; a booked one is a debit. A message that could not be read
    is read again: its valid events are booked, and each of the others becomes an item.

    Exits with 1 when something still cannot be booked; the reason is shown.
    """
    from operations.actions.suspense import SuspenseFilter, replay_all, replay_named

    if every == bool(items):
        raise click.UsageError("give the items, or --all")
    if (reason or account) and not every:
        raise click.UsageError("--reason and --account are for use with --all")
    wanted = SuspenseFilter("open", reason, account)
    run_on_services(
        options,
        RequiredSettings.STORAGE,
        lambda services: replay_all(services, wanted) if every else replay_named(services, items),
    )


@suspense.command()
@click.argument("item")
@command_of
def accept(options: Options, item: str) -> None:
    """Book a conflict as a correction.

    The correction unwinds what was booked and books the new content.
    """
    from operations.actions.suspense import accept_item

    run_on_services(options, RequiredSettings.STORAGE, lambda services: accept_item(services, item))


@suspense.command()
@click.argument("item")
@click.option("--because", required=True, metavar="TEXT", help="The reason, kept with the item. No phone numbers.")
@command_of
def dismiss(options: Options, item: str, because: str) -> None:
    """Set aside an item that will never be booked.

    An example is a text message that was sent as a call. The item is kept with the reason, for 90 days unless the
    setting Suspense__keepClosedDays differs, and can still be replayed or accepted.
    """
    from operations.actions.suspense import dismiss_item

    run_on_services(options, RequiredSettings.STORAGE, lambda services: dismiss_item(services, item, because))
