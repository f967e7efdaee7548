"""`credits cards`."""

import click

from operations.help import CommandGroup
from operations.options import ACCOUNT, Options, command_of
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId


@click.group(cls=CommandGroup)
def cards() -> None:
    """The stored cards of an account: list, remove."""


@cards.command("list")
@click.argument("account", type=ACCOUNT)
@command_of
def list_(options: Options, account: AccountId) -> None:
    """List the stored cards of ACCOUNT.

    They are charged in this order. A card that needs its holder is charged after the others, until its holder has
    confirmed it with the bank. Cards that wait for their holder are read from the payment provider first, if it
    answers.
    """
    from operations.actions.cards import list_stored_cards

    run_on_services(options, RequiredSettings.PROVIDER, lambda services: list_stored_cards(services, account))


@cards.command()
@click.argument("account", type=ACCOUNT)
@click.argument("card")
@command_of
def remove(options: Options, account: AccountId, card: str) -> None:
    """Remove CARD of ACCOUNT, at the payment provider too.

    It can never be charged again. Removing the last card that can be charged switches auto-recharge off, and the
    administrators are notified.
    """
    from operations.actions.cards import remove_stored_card

    run_on_services(options, RequiredSettings.PROVIDER, lambda services: remove_stored_card(services, account, card))
