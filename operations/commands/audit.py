"""`credits audit`."""

import click

from operations.asked import BOOKS, Asked, command_of
from operations.carrying import carry_out
from operations.reach import Reach
from shared.kernel.ids import AccountId


@click.command()
@click.argument("account", type=BOOKS, required=False)
@command_of
def audit(asked: Asked, account: AccountId | None) -> None:
    """Prove from the stored rows that the books are true: of ACCOUNT, or of every account and the unattributed usage.

    Exits with 1 when something is not.
    """
    from operations.work.audit import audit_all, audit_one

    carry_out(asked, Reach.STORAGE, lambda services: audit_one(services, account) if account else audit_all(services))
