"""From a queue to a verb: what is logged on the way belongs to the message's id."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import azure.functions as func

from shared.service.services import Services
from shared.telemetry.correlation import correlated
from shared.wiring.composition import services

Verb: TypeAlias = Callable[[Services, bytes], Awaitable[None]]


async def deliver(message: func.QueueMessage, verb: Verb) -> None:
    """Have *verb* deal with the message. What it raises brings the message back."""
    with correlated(message.id or ""):
        await verb(services(), message.get_body())
