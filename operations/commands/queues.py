"""`credits queues`."""

import click

from operations.asked import Asked, command_of
from operations.carrying import carry_out_on_queues


@click.group()
def queues() -> None:
    """The service's queues."""


@queues.command(name="list")
@command_of
def list_queues(asked: Asked) -> None:
    """How much waits in each queue and in its poison queue, and since when.

    Exits with 1 when something lies in a poison queue.
    """
    from operations.work.queues import list_waiting

    carry_out_on_queues(asked, list_waiting)


@queues.command(name="return")
@click.argument("queue", type=click.Choice(["usage", "recharges", "notices", "wakeups"]))
@command_of
def return_messages(asked: Asked, queue: str) -> None:
    """Move what lies in QUEUE's poison queue back to QUEUE, to be tried again.

    Whatever was done before is done only once: every receiver is idempotent.
    """
    from operations.work.queues import give_back

    carry_out_on_queues(asked, lambda poison: give_back(poison, queue))
