"""`credits export`."""

from pathlib import Path

import click

from operations.options import ACCOUNT, Options, command_of
from operations.parameter_types import INSTANT
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId

KINDS = click.Choice(["movements", "lots", "purchases", "pages"])


@click.command()
@click.argument("account", type=ACCOUNT)
@click.option("--what", type=KINDS, default="movements", show_default=True, help="`pages` is the stored journal.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--from", "since", type=INSTANT, metavar="TIME", help="Movements from this instant on.")
@click.option("--to", "until", type=INSTANT, metavar="TIME", help="Movements before this instant.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of stdout.")
@command_of
def export(
    options: Options,
    account: AccountId,
    *,
    what: str,
    form: str,
    since: str | None,
    until: str | None,
    output: Path | None,
) -> None:
    """Write everything of one kind about ACCOUNT.

    Each line is one JSON object or one CSV row. A file appears only when it is complete.
    """
    from operations.actions.export import Wanted, export_account

    if what != "movements" and (since or until):
        raise click.UsageError("--from and --to are for movements")
    if what == "pages" and form == "csv":
        raise click.UsageError("pages can only be exported as JSON")
    bounds = {name: text for name, text in (("from", since), ("to", until)) if text}
    run_on_services(
        options,
        RequiredSettings.STORAGE,
        lambda services: export_account(services, account, Wanted(what, form, bounds, output)),
    )
