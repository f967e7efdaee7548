"""Hands a queue message to a use case. Log lines carry the message's id."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import azure.functions as func

from shared.service.services import Services
from shared.telemetry.correlation import correlated
from shared.wiring.composition import services

UseCase: TypeAlias = Callable[[Services, bytes], Awaitable[None]]


async def deliver(message: func.QueueMessage, use_case: UseCase) -> None:
    """Run *use_case* on the message. If it raises, the host delivers the message again."""
    with correlated(message.id or ""):
        await use_case(services(), message.get_body())
