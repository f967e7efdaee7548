"""`credits account`."""

import click

from operations.options import ACCOUNT, Options, command_of
from operations.parameter_types import AMOUNT, CARD_NAME, COUNTRY, CURRENCY, INSTANT, REFERENCE
from operations.required_settings import RequiredSettings
from operations.runner import carry_out
from shared.kernel.ids import AccountId


@click.group()
def account() -> None:
    """Accounts."""


@account.command()
@click.argument("account", type=ACCOUNT)
@command_of
def show(options: Options, account: AccountId) -> None:
    """ACCOUNT as it stands: balance, auto-recharge, recharge, open lots, stored cards."""
    from operations.actions.account import show_account

    carry_out(options, RequiredSettings.STORAGE, lambda services: show_account(services, account))


@account.command(name="open")
@click.argument("account", type=ACCOUNT)
@click.option("--currency", type=CURRENCY, required=True, metavar="CODE", help="Three letters, such as USD.")
@click.option("--country", type=COUNTRY, required=True, metavar="CODE", help="Two letters, such as US.")
@click.option("--rate-card", type=CARD_NAME, default="default", show_default=True)
@command_of
def open_new(options: Options, account: AccountId, currency: str, country: str, rate_card: str) -> None:
    """Open ACCOUNT, once."""
    from operations.actions.account import open_one

    terms = {"account": account, "currency": currency, "country": country, "rateCard": rate_card}
    carry_out(options, RequiredSettings.STORAGE, lambda services: open_one(services, terms))


@account.command()
@click.argument("account", type=ACCOUNT)
@command_of
def close(options: Options, account: AccountId) -> None:
    """Close ACCOUNT, in which nothing is left: no credit, overdraft, open purchase or recharge under way.

    Its journal stays. From then on it is unknown, and its usage waits in suspense; `open` begins a new life of it.
    """
    from operations.actions.account import close_one

    carry_out(options, RequiredSettings.STORAGE, lambda services: close_one(services, account))


@account.command()
@click.argument("account", type=ACCOUNT)
@click.option(
    "--amount", type=AMOUNT, required=True, metavar="DECIMAL", help="In the account's currency, such as 100 or 12.50."
)
@click.option(
    "--reference", type=REFERENCE, required=True, help="The order or invoice that it is for. One grant a reference."
)
@click.option("--kind", type=click.Choice(["paid", "promotional"]), required=True)
@click.option("--expires-at", type=INSTANT, metavar="TIME", help="RFC 3339; without it, a year from now.")
@command_of
def grant(
    options: Options, account: AccountId, *, amount: str, reference: str, kind: str, expires_at: str | None
) -> None:
    """Grant funds that were paid outside, or a promotion: one lot, once per reference, however often it is asked."""
    from operations.actions.account import grant_one

    wish = {"reference": reference, "kind": kind, **({"expiresAt": expires_at} if expires_at else {})}
    carry_out(options, RequiredSettings.STORAGE, lambda services: grant_one(services, account, amount, wish))
