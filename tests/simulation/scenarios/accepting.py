"""An operator who accepts conflicts as corrections."""

from shared.service.http import ProblemError, Request
from shared.use_cases.suspense.accept_conflict import accept_conflict
from shared.views.suspense import list_suspense
from tests.simulation.engine.client import send_until_answered
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.scenario import ONE, pause
from tests.simulation.scenarios.user_requests import request

ANSWERS = frozenset({"too_many_lots", "invalid_request"})
"""Problem codes with which a conflict may be refused: the account has too many lots, or it is not bookable."""


async def accept_conflicts(sim: Simulation, longest: float) -> None:
    """A few times, list the suspense and accept every conflict, each after a pause of up to *longest* seconds."""
    for _ in range(sim.randomness.work.randint(1, 3)):
        await pause(sim, longest)
        answer, _ = await send_until_answered(sim, list_suspense, Request(None, {}, {}, {}, b""), "operator")
        assert not isinstance(answer, ProblemError)
        for item in answer.value["items"]:  # type: ignore[index]
            if item["reason"] != "conflict":
                continue
            accepted, _ = await send_until_answered(sim, accept_conflict, request(ONE, item=item["id"]), "operator")
            if isinstance(accepted, ProblemError) and accepted.code not in ANSWERS:
                sim.fail(f"item {item['id']}: accepting it answered {accepted.code}")
