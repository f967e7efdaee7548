"""HTTP clients that time out, lose answers, and repeat requests with the same key."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from shared.ports import UnavailableError
from shared.service.http import ProblemError, Reply, Request
from shared.service.services import Services
from tests.simulation.engine.faults import Mishap
from tests.simulation.engine.worker import Worker

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation

UseCase: TypeAlias = Callable[[Services, Request], Awaitable[Reply]]

TIMEOUT_SECONDS = 230.0
"""The timeout of the load balancer in front of the functions."""

AGAIN = frozenset({"unavailable", "idempotency_in_progress"})
"""Problem codes after which a client repeats the request."""

TRIES_MAX = 20
"""Maximum tries after all faults have ended."""

PATIENCE = 8
"""Tries after which a person gives up."""

PAUSES = (1.0, 15.0, 120.0)


class NeverAnsweredError(Exception):
    """A request was never answered, although there were no faults."""


@dataclass(frozen=True)
class NoAnswer:
    """No answer, or one that does not tell the outcome."""

    why: str


async def send_once(
    simulation: "Simulation", use_case: UseCase, request: Request, who: str
) -> Reply | ProblemError | NoAnswer:
    """Send one request to one worker. An exception that would lead to a 500 is a violation."""
    worker = simulation.running()
    if worker is None:
        return NoAnswer("no worker runs")
    simulation.record(who, f"sends to {worker.name}: {use_case.__name__} {request.path}")
    answer: asyncio.Future[Reply | ProblemError | NoAnswer] = simulation.loop.create_future()
    task = worker.spawn(_answered(simulation, worker, use_case, request, answer))
    worker.gone.add_done_callback(lambda _: _settle(answer, NoAnswer("the connection broke")))
    simulation.loop.call_later(TIMEOUT_SECONDS, _settle, answer, NoAnswer("no answer in time"))
    if simulation.faults.happens(Mishap.CALLER_LEAVES):
        simulation.loop.call_later(simulation.pace.quick() * 4, task.cancel)
    received = await answer
    simulation.record(who, f"got {_shown(received)}")
    return received


async def send_until_answered(
    simulation: "Simulation", use_case: UseCase, request: Request, who: str
) -> tuple[Reply | ProblemError, int]:
    """Repeat a request until its outcome is known; return the answer and the number of unanswered tries."""
    number = tries_without_faults = 0
    while tries_without_faults < TRIES_MAX:
        answer = await send_once(simulation, use_case, request, who)
        if isinstance(answer, Reply) or (isinstance(answer, ProblemError) and answer.code not in AGAIN):
            return answer, number
        number += 1
        tries_without_faults += simulation.is_calm
        await asyncio.sleep(PAUSES[min(number // 5, len(PAUSES) - 1)])
    raise NeverAnsweredError(f"{who} never received an answer: {answer}")


async def send_until_tired(
    simulation: "Simulation", use_case: UseCase, request: Request, who: str
) -> Reply | ProblemError | NoAnswer:
    """Repeat a request as long as a person would. What it has begun must come to an end without another request."""
    for number in range(PATIENCE):
        answer = await send_once(simulation, use_case, request, who)
        if isinstance(answer, Reply) or (isinstance(answer, ProblemError) and answer.code not in AGAIN):
            break
        await asyncio.sleep(PAUSES[min(number // 5, len(PAUSES) - 1)])
    return answer


async def _answered(
    simulation: "Simulation", worker: Worker, use_case: UseCase, request: Request, answer: asyncio.Future
) -> None:
    """Run the use case and set the answer, like `functions/_http`."""
    received: Reply | ProblemError | NoAnswer = NoAnswer("the caller left")
    try:
        received = await use_case(worker.services, request)
    except ProblemError as problem:
        received = problem
    except UnavailableError as outage:
        received = NoAnswer(str(outage))
    except Exception as bug:  # noqa: BLE001 - a violation
        simulation.fail(f"{use_case.__name__} raised {bug!r}", bug)
    await worker.until_running()
    _settle(answer, received)


def _settle(answer: asyncio.Future, value: object) -> None:
    if not answer.done():
        answer.set_result(value)


def _shown(received: Reply | ProblemError | NoAnswer) -> str:
    if isinstance(received, Reply):
        return f"{received.status} {str(received.value)[:100]}"
    return f"{received.code}: {received}" if isinstance(received, ProblemError) else f"no answer: {received.why}"
