"""`credits queues`."""

import click

from operations.options import Options, command_of
from operations.runner import carry_out_on_queues


@click.group()
def queues() -> None:
    """The service's queues."""


@queues.command(name="list")
@command_of
def list_queues(options: Options) -> None:
    """How much waits in each queue and in its poison queue, and since when.

    Exits with 1 when something lies in a poison queue.
    """
    from operations.actions.queues import list_waiting

    carry_out_on_queues(options, list_waiting)


@queues.command(name="return")
@click.argument("queue", type=click.Choice(["usage", "recharges", "notices", "wakeups"]))
@command_of
def return_messages(options: Options, queue: str) -> None:
    """Move what lies in QUEUE's poison queue back to QUEUE, to be tried again.

    Whatever was done before is done only once: every receiver is idempotent.
    """
    from operations.actions.queues import give_back

    carry_out_on_queues(options, lambda poison: give_back(poison, queue))
