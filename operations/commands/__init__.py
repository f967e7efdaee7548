"""The commands with their names, arguments and options. Their work is in `operations/actions`."""

import click

from operations.commands.account import account
from operations.commands.audit import audit
from operations.commands.brake import brake
from operations.commands.cards import cards
from operations.commands.compare import compare
from operations.commands.eligibility import eligibility, exempt
from operations.commands.export import export
from operations.commands.holds import holds
from operations.commands.import_usage import import_usage
from operations.commands.queues import queues
from operations.commands.rates import rates
from operations.commands.rebuild import rebuild
from operations.commands.recharge import recharge
from operations.commands.reconcile import reconcile
from operations.commands.refund import refund
from operations.commands.reverse import reverse
from operations.commands.suspense import suspense
from operations.usage_errors import RootGroup


@click.group(cls=RootGroup)
def credits_group() -> None:
    """Operate Communications Credits, directly on its storage.

    Settings come from the environment, or from a file in the form of local.settings.json (--settings of each command).
    Exit codes: 0 fine, 1 something was found or refused, 2 wrong usage or settings, 3 the storage or the payment
    provider does not answer (the outcome is unknown: try again), 70 an error of the service, shown on stderr, 141 the
    reader of the output has ended.
    """


COMMANDS = (
    *(account, audit, brake, cards, compare, eligibility, exempt, export, holds, import_usage),
    *(queues, rates, rebuild, recharge, reconcile, refund, reverse, suspense),
)

for command in COMMANDS:
    credits_group.add_command(command)
