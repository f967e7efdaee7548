"""Callers of HTTP: they lose patience, lose answers, and ask again with the same key."""

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

Verb: TypeAlias = Callable[[Services, Request], Awaitable[Reply]]

PATIENCE_SECONDS = 230.0
"""The load balancer in front of the functions gives up after that long."""

AGAIN = frozenset({"unavailable", "idempotency_in_progress"})
"""Problems that mean: ask again."""

TRIES_MAX = 20
"""Once nothing goes wrong any more."""

PAUSES = (1.0, 15.0, 120.0)


class NeverAnsweredError(Exception):
    """Somebody asked and asked, though nothing went wrong."""


@dataclass(frozen=True)
class Lost:
    """No answer, or one that proves nothing."""

    why: str


async def asked(simulation: "Simulation", verb: Verb, request: Request, who: str) -> Reply | ProblemError | Lost:
    """One request to one worker. Any exception that HTTP would answer with 500 is a finding."""
    worker = simulation.running()
    if worker is None:
        return Lost("nobody runs")
    simulation.tell(who, f"asks {worker.name}: {verb.__name__} {request.path}")
    answer: asyncio.Future[Reply | ProblemError | Lost] = simulation.loop.create_future()
    task = worker.spawn(_answered(simulation, worker, verb, request, answer))
    worker.gone.add_done_callback(lambda _: _settle(answer, Lost("the connection broke")))
    simulation.loop.call_later(PATIENCE_SECONDS, _settle, answer, Lost("no answer in time"))
    if simulation.faults.strikes(Mishap.CALLER_LEAVES):
        simulation.loop.call_later(simulation.pace.quick() * 4, task.cancel)
    came = await answer
    simulation.tell(who, f"got {_shown(came)}")
    return came


async def insisted(
    simulation: "Simulation", verb: Verb, request: Request, who: str
) -> tuple[Reply | ProblemError, int]:
    """The same request until there is an answer that means something; and how many tries went before it."""
    number = in_quiet = 0
    while in_quiet < TRIES_MAX:
        answer = await asked(simulation, verb, request, who)
        if isinstance(answer, Reply) or (isinstance(answer, ProblemError) and answer.code not in AGAIN):
            return answer, number
        number += 1
        in_quiet += simulation.is_quiet
        await asyncio.sleep(PAUSES[min(number // 5, len(PAUSES) - 1)])
    raise NeverAnsweredError(f"{who} never got an answer: {answer}")


async def _answered(
    simulation: "Simulation", worker: Worker, verb: Verb, request: Request, answer: asyncio.Future
) -> None:
    """As `functions/_http` answers."""
    came: Reply | ProblemError | Lost = Lost("the caller left")
    try:
        came = await verb(worker.services, request)
    except ProblemError as problem:
        came = problem
    except UnavailableError as outage:
        came = Lost(str(outage))
    except Exception as bug:  # noqa: BLE001 - a finding
        simulation.fail(f"{verb.__name__} raised {bug!r}", bug)
    await worker.awake()
    _settle(answer, came)


def _settle(answer: asyncio.Future, value: object) -> None:
    if not answer.done():
        answer.set_result(value)


def _shown(came: Reply | ProblemError | Lost) -> str:
    if isinstance(came, Reply):
        return f"{came.status} {str(came.value)[:100]}"
    return f"{came.code}: {came}" if isinstance(came, ProblemError) else f"nothing: {came.why}"
