"""The commands: what each is called and what it can be told. What it does is in `operations/work`."""

import click

from operations.commands.account import account
from operations.commands.audit import audit
from operations.commands.export import export
from operations.commands.queues import queues
from operations.commands.rates import rates
from operations.commands.rebuild import rebuild
from operations.commands.recharge import recharge
from operations.commands.reconcile import reconcile
from operations.commands.suspense import suspense


@click.group()
def credits_group() -> None:
    """Operate Communications Credits, straight on its storage.

    Settings come from the environment, or from a file in the form of local.settings.json (--settings of each command).
    Exit codes: 0 fine, 1 something was found or refused, 2 wrong usage, 3 the storage or the payment provider does not
    answer.
    """


for command in (account, audit, export, queues, rates, rebuild, recharge, reconcile, suspense):
    credits_group.add_command(command)
