"""Release service numbers: one by request, all of them when the account is closed."""

import re
from datetime import datetime

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.services import Services

ID = re.compile(r"[0-9]{20}-[0-9a-f]{16}")
"""The id of a registration. Other texts may be no valid row key."""


async def release_number(services: Services, request: Request) -> Reply:
    """200 with the time of the release, for every repeat as well. Calls that started before are still the account's."""
    name = request.path["serviceNumber"]
    if await services.ledger.read(request.account) is None:
        raise refused(UNKNOWN_ACCOUNT)
    is_id = ID.fullmatch(name) is not None
    ended = await services.service_numbers.release(request.account, name, services.clock.now()) if is_id else None
    if ended is None:
        raise ProblemError("not_found", "this account has no such service number")
    return Reply(200, {"id": name, "releasedAt": instant_text(ended)})


async def release_numbers(services: Services, account: AccountId, at: datetime) -> None:
    """Release every number of *account* at *at*. It can be repeated safely. Raises `UnavailableError`."""
    for name in [number.id async for number in services.service_numbers.numbers(account)]:
        await services.service_numbers.release(account, name, at)
