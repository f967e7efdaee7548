"""An account's service numbers, for portals."""

import re

from shared.kernel.times import instant_text
from shared.ports import ServiceNumber
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import Reply, Request, page_of, refused
from shared.service.query import cursor_in, is_newest_first
from shared.service.services import Services

CURSOR = re.compile(r"[0-9]{20}-[0-9a-f]{16}")
"""A registration's id."""


async def list_service_numbers(services: Services, request: Request) -> Reply:
    """The numbers that the account has now, in the order of registration or in reverse."""
    after, limit, newest_first = cursor_in(request, CURSOR), request.limit(), is_newest_first(request)
    if await services.ledger.read(request.account) is None:
        raise refused(UNKNOWN_ACCOUNT)
    shown: list[dict[str, object]] = []
    async for number in services.service_numbers.numbers(request.account, after, newest_first=newest_first):
        shown.append(service_number_json(number))
        if len(shown) > limit:
            break
    return Reply(200, page_of(shown, limit))


def service_number_json(number: ServiceNumber) -> dict[str, object]:
    """One registered number."""
    return {
        "id": number.id,
        "number": f"+{number.digits}",
        "kind": number.kind.value,
        "use": number.use.value,
        "registeredAt": instant_text(number.registered_at),
    }
