"""`credits audit`."""

import click

from operations.options import BOOKS, Options, command_of
from operations.required_settings import RequiredSettings
from operations.runner import run_on_services
from shared.kernel.ids import AccountId


@click.command()
@click.argument("account", type=BOOKS, required=False)
@command_of
def audit(options: Options, account: AccountId | None) -> None:
    """Prove from the stored rows that the books are right.

    Audits ACCOUNT, or without it every account and the unattributed usage. Exits with 1 when something is wrong.
    """
    from operations.actions.audit import audit_all, audit_one

    run_on_services(
        options,
        RequiredSettings.STORAGE,
        lambda services: audit_one(services, account) if account else audit_all(services),
    )
