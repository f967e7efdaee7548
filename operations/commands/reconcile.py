"""`credits reconcile`."""

import click

from operations.options import Options, command_of
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services


@click.command()
@click.option("--days", type=click.IntRange(min=1, max=365), default=3, show_default=True, help="How far back.")
@command_of
def reconcile(options: Options, days: int) -> None:
    """Compare the provider's payments with the lots.

    Both ways: money without a lot becomes one (a movement of its account), and an unfinished payment that nothing waits
    for is cancelled. Other differences are only reported. Exits with 1 when anything differed.
    """
    from operations.actions.reconcile import reconcile_days

    run_on_services(options, RequiredSettings.PROVIDER, lambda services: reconcile_days(services, days))
