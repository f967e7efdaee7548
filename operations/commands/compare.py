"""`credits compare`."""

from pathlib import Path

import click

from operations.options import ACCOUNT, Options, command_of
from operations.parameter_types import INSTANT
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId
from shared.kernel.times import parse_instant


@click.command()
@click.argument("account", type=ACCOUNT)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", required=True, metavar="FORMAT", help="Such as teams-pstn, chime-cdr or csv.")
@click.option("--from", "first", type=INSTANT, required=True, help="Calls that started at this instant or later.")
@click.option("--to", "end", type=INSTANT, required=True, help="Calls that started before this instant.")
@click.option("--profile", metavar="NAME", help="The stored profile of the source.")
@click.option("--sheet", type=click.Path(dir_okay=False, path_type=Path), help="Write every difference to this .xlsx.")
@command_of
def compare(  # noqa: PLR0917 - arguments of the command
    options: Options,
    account: AccountId,
    file: Path,
    form: str,
    first: str,
    end: str,
    profile: str | None,
    sheet: Path | None,
) -> None:
    """Compare FILE, a carrier's export, with what was booked. Nothing is written.

    Classes of differences: missing_here (not booked), missing_there (booked, and not in the file), doubled (twice in
    the file), duration, price (where records name a price).

    Exits with 1 when anything differs.
    """
    from operations.actions.compare_usage import Period, Wanted, compare_usage
    from operations.actions.import_usage import check_format

    check_format(form)
    wanted = Wanted(file, form, profile, sheet)
    period = Period(account, parse_instant(first), parse_instant(end))
    run_on_services(options, RequiredSettings.STORAGE, lambda services: compare_usage(services, period, wanted))
