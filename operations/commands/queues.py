"""`credits queues`."""

import click

from operations.help import CommandGroup
from operations.options import Options, command_of
from operations.runner import run_on_queues


@click.group(cls=CommandGroup)
def queues() -> None:
    """The service's queues: list, return messages."""


@queues.command(name="list")
@command_of
def list_queues(options: Options) -> None:
    """Messages that wait in queues and poison queues.

    Also shows since when they wait. Exits with 1 when a poison queue has messages.
    """
    from operations.actions.queues import list_waiting

    run_on_queues(options, list_waiting)


@queues.command(name="return")
@click.argument("queue", type=click.Choice(["usage", "recharges", "notices", "wakeups", "audits"]))
@command_of
def return_poison(options: Options, queue: str) -> None:
    """Return QUEUE's poison messages to QUEUE.

    They are tried again. What was done before is not done twice, because every receiver is idempotent.
    """
    from operations.actions.queues import return_messages

    run_on_queues(options, lambda poison: return_messages(poison, queue))
