"""`credits eligibility` and `credits exempt`."""

import click

from operations.options import ACCOUNT, Options, command_of
from operations.parameter_types import INSTANT, TICKET
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId


@click.command()
@click.argument("account", type=ACCOUNT)
@click.option("--at", type=INSTANT, metavar="TIME", help="At this instant; without it, now.")
@command_of
def eligibility(options: Options, account: AccountId, at: str | None) -> None:
    """Show whether ACCOUNT may buy credit, and why not.

    Each reason is shown with what resolves it, beside what can be called without credit. Exits with 1 when it may not.
    """
    from operations.actions.eligibility import show_eligibility

    run_on_services(options, RequiredSettings.STORAGE, lambda services: show_eligibility(services, account, at))


@click.command()
@click.argument("account", type=ACCOUNT)
@click.option("--ticket", type=TICKET, required=True, help="The support ticket that it rests on.")
@click.option("--because", required=True, metavar="TEXT", help="The reason, kept with the account.")
@click.option("--from", "since", type=INSTANT, required=True, metavar="TIME", help="RFC 3339: in force from then on.")
@click.option("--until", type=INSTANT, required=True, metavar="TIME", help="RFC 3339: no longer in force from then on.")
@command_of
def exempt(options: Options, account: AccountId, *, ticket: str, because: str, since: str, until: str) -> None:
    """Permit ACCOUNT to buy credit in another billing region.

    For a time, with a support ticket. Other reasons against buying credit stay. The same exemption again changes
    nothing.
    """
    from operations.actions.eligibility import exempt_account

    exemption = {"reason": because, "ticket": ticket, "from": since, "until": until}
    run_on_services(options, RequiredSettings.STORAGE, lambda services: exempt_account(services, account, exemption))
