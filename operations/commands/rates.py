"""`credits rates`."""

from pathlib import Path

import click

from operations.help import CommandGroup
from operations.options import Options, command_of
from operations.parameter_types import CARD_NAME, CURRENCY, INSTANT
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services


@click.group(cls=CommandGroup)
def rates() -> None:
    """Rate cards: list, import."""


@rates.command(name="list")
@command_of
def list_versions(options: Options) -> None:
    """Every version of every card."""
    from operations.actions.rates import list_cards

    run_on_services(options, RequiredSettings.STORAGE, list_cards)


@rates.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--card", type=CARD_NAME, default="default", show_default=True, help="The card's name.")
@click.option(
    "--valid-from", type=INSTANT, required=True, metavar="TIME", help="RFC 3339, such as 2027-01-01T00:00:00Z."
)
@click.option("--currency", type=CURRENCY, required=True, metavar="CODE", help="Three letters, such as USD.")
@click.option("--dry-run", is_flag=True, help="Only check the file and count what would change; nothing is published.")
@command_of
def import_file(options: Options, file: Path, card: str, valid_from: str, currency: str, *, dry_run: bool) -> None:
    """Publish FILE as a version of a rate card.

    FILE is CSV in the published form or the full one, which may have a column direction (out or in). It is published
    completely or not at all; every flaw is reported with its line. Calls that are already booked do not change.
    """
    from operations.actions.rates import Version, import_card

    version = Version(card, valid_from, currency, "true" if dry_run else "false")
    run_on_services(
        options, RequiredSettings.STORAGE, lambda services: import_card(services, file.read_bytes(), version)
    )
