"""What administrators were told, for portals (CONTRACT 2)."""

import re

from shared.kernel.times import instant_text
from shared.ports import Delivery
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import Reply, Request, page_of, refused
from shared.service.query import cursor_in, is_newest_first
from shared.service.services import Services

_ID = re.compile(r"[0-9]{12}\.[0-9]{3}\.[0-9a-f]{12}")


async def list_notices(services: Services, request: Request) -> Reply:
    """Each notice and group of readers of one language, in the order of the notices, newest first with `order=desc`."""
    after, limit, newest_first = cursor_in(request, _ID), request.limit(), is_newest_first(request)
    if await services.ledger.read(request.account) is None:
        raise refused(UNKNOWN_ACCOUNT)
    found = await services.deliveries.page(request.account, after, limit + 1, newest_first=newest_first)
    return Reply(200, page_of([notice_json(each) for each in found], limit))


def notice_json(delivery: Delivery) -> dict[str, object]:
    """One notice as it went to one group of readers; never their addresses."""
    return {
        "id": delivery.id,
        "kind": delivery.kind,
        "at": instant_text(delivery.at),
        "language": delivery.language,
        "recipients": delivery.recipients,
        "undelivered": delivery.undelivered,
        "delivery": delivery.state.value,
    }
