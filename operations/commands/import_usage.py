"""`credits import`."""

from pathlib import Path

import click

from operations.options import ACCOUNT, Options, command_of
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", required=True, metavar="FORMAT", help="Such as teams-pstn, chime-cdr or csv.")
@click.option("--account", type=ACCOUNT, help="The account of records that name none.")
@click.option("--profile", metavar="NAME", help="The stored profile of the source.")
@click.option("--dry-run", is_flag=True, help="Only read the file and count what would happen; nothing is written.")
@command_of
def import_usage(
    options: Options, file: Path, form: str, account: AccountId | None, profile: str | None, *, dry_run: bool
) -> None:
    """Book the calls in FILE, which a telephony system wrote.

    A record is booked once, however often it is imported; a file that was interrupted is imported again from its
    beginning. Records that cannot be booked wait in suspense.
    """
    from operations.actions.import_usage import Wanted, check_format, import_file

    check_format(form)
    wanted = Wanted(file, form, account, profile, is_dry=dry_run)
    run_on_services(options, RequiredSettings.STORAGE, lambda services: import_file(services, wanted))
