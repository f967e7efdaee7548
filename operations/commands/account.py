"""`credits account`."""

import click

from operations.help import CommandGroup
from operations.options import ACCOUNT, Options, command_of
from operations.parameter_types import ACCOUNT_NAME, AMOUNT, CARD_NAME, COUNTRY, CURRENCY, INSTANT, REFERENCE
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId


@click.group(cls=CommandGroup)
def account() -> None:
    """Accounts: list, show, open, close, grant funds."""


@account.command(name="list")
@command_of
def list_open(options: Options) -> None:
    """Every open account, with its state and balance."""
    from operations.actions.account import list_all

    run_on_services(options, RequiredSettings.STORAGE, list_all)


@account.command()
@click.argument("account", type=ACCOUNT)
@command_of
def show(options: Options, account: AccountId) -> None:
    """ACCOUNT: balance, auto-recharge, lots, cards.

    Shows the lots that are open or disputed, and the state of its recharge.
    """
    from operations.actions.account import show_account

    run_on_services(options, RequiredSettings.STORAGE, lambda services: show_account(services, account))


@account.command()
@click.argument("account", type=ACCOUNT)
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the newest N; without it, all.")
@command_of
def movements(options: Options, account: AccountId, last: int | None) -> None:
    """The movements of ACCOUNT, the newest last.

    `credits export` writes them into a file, with all fields.
    """
    from operations.actions.movements import list_account_movements

    run_on_services(options, RequiredSettings.STORAGE, lambda services: list_account_movements(services, account, last))


@account.command()
@click.argument("account", type=ACCOUNT)
@command_of
def refunds(options: Options, account: AccountId) -> None:
    """The refunds of ACCOUNT, the newest last.

    The bank has not answered about a pending one. `credits refund` makes one.
    """
    from operations.actions.refund import list_account_refunds

    run_on_services(options, RequiredSettings.STORAGE, lambda services: list_account_refunds(services, account))


@account.command(name="open")
@click.argument("account", type=ACCOUNT)
@click.option("--name", type=ACCOUNT_NAME, help="The organisation's name, for lists.")
@click.option("--currency", type=CURRENCY, required=True, metavar="CODE", help="Three letters, such as USD.")
@click.option("--country", type=COUNTRY, required=True, metavar="CODE", help="Two letters, such as US.")
@click.option("--rate-card", type=CARD_NAME, default="default", show_default=True)
@command_of
def open_new(
    options: Options, account: AccountId, *, name: str | None, currency: str, country: str, rate_card: str
) -> None:
    """Open ACCOUNT.

    Doing so again with the same values changes nothing.
    """
    from operations.actions.account import open_one

    terms = {"account": account, "currency": currency, "country": country, "rateCard": rate_card}
    terms |= {"name": name} if name else {}
    run_on_services(options, RequiredSettings.STORAGE, lambda services: open_one(services, terms))


@account.command()
@click.argument("account", type=ACCOUNT)
@command_of
def close(options: Options, account: AccountId) -> None:
    """Close ACCOUNT, which must be empty.

    It has no credit, overdraft, open purchase or recharge under way. Its journal stays. After that the account is
    unknown, and its usage is put into suspense; `open` begins a new life of it.
    """
    from operations.actions.account import close_one

    run_on_services(options, RequiredSettings.STORAGE, lambda services: close_one(services, account))


@account.command()
@click.argument("account", type=ACCOUNT)
@click.option(
    "--amount", type=AMOUNT, required=True, metavar="DECIMAL", help="In the account's currency, such as 100 or 12.50."
)
@click.option(
    "--reference", type=REFERENCE, required=True, help="The order or invoice that was paid. One grant per reference."
)
@click.option("--kind", type=click.Choice(["paid", "promotional"]), required=True)
@click.option("--expires-at", type=INSTANT, metavar="TIME", help="RFC 3339; without it, a year from now.")
@command_of
def grant(
    options: Options, account: AccountId, *, amount: str, reference: str, kind: str, expires_at: str | None
) -> None:
    """Grant funds that were paid elsewhere, or a promotion.

    The result is one lot per reference, also when the command is repeated.
    """
    from operations.actions.account import grant_one

    requested = {"reference": reference, "kind": kind, **({"expiresAt": expires_at} if expires_at else {})}
    run_on_services(options, RequiredSettings.STORAGE, lambda services: grant_one(services, account, amount, requested))
