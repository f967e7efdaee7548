"""Release the fraud brake: calls and auto-recharge go on (R28)."""

from datetime import datetime

from shared.brake.watch import release
from shared.ledger.book import Book, Refused
from shared.ledger.change import NOTHING, Change
from shared.posting.decision import Decision, Posted, Unchanged
from shared.service.http import Reply, Request, refused
from shared.service.services import Services
from shared.telemetry.instruments import BRAKE
from shared.views.brake import brake_reply


async def release_brake(services: Services, request: Request) -> Reply:
    """200 with the brake, whether or not it had braked: the request can be repeated."""
    answer = await services.ledger.post(request.account, Decision(_decide))
    if isinstance(answer, Refused):
        raise refused(answer)
    assert isinstance(answer, Posted | Unchanged)
    if isinstance(answer, Posted):
        BRAKE.add(1, {"outcome": "released"})
    return brake_reply(answer.book)


def _decide(book: Book, now: datetime) -> Change | None:
    change = release(book, now=now)
    return None if change is NOTHING else change
