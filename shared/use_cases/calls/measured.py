"""Measurement of what telephony systems ask and are answered (R14): each answer counts, also a repeated one."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from time import perf_counter
from typing import TypeAlias, cast

from shared.service.http import Reply, Request
from shared.service.services import Services
from shared.telemetry.instruments import AUTHORISATION_DURATION, AUTHORISATIONS

UseCase: TypeAlias = Callable[[Services, Request], Awaitable[Reply]]

ALLOWED, UNKNOWN_KIND = "allowed", "unknown"


def measured(question: str) -> Callable[[UseCase], UseCase]:
    """A decorator that measures the answers of a use case to *question*. A request that ends with an error has no
    answer and is not measured here.
    """

    def decorate(use_case: UseCase) -> UseCase:
        @wraps(use_case)
        async def answer(services: Services, request: Request) -> Reply:
            began = perf_counter()
            reply = await use_case(services, request)
            AUTHORISATION_DURATION.record(perf_counter() - began, {"question": question})
            AUTHORISATIONS.add(1, {"question": question, **_outcome(cast("Mapping[str, object]", reply.value))})
            return reply

        return answer

    return decorate


def _outcome(answer: Mapping[str, object]) -> dict[str, str]:
    """`allowed` or the reason of the "no", and the call kind."""
    outcome = ALLOWED if answer["allowed"] else str(answer["reason"])
    return {"outcome": outcome, "kind": str(answer["callKind"] or UNKNOWN_KIND)}
