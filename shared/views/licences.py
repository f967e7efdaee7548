"""Communications Credits licences of users, for portals (R16, CONTRACT 2.3)."""

import re

from shared.eligibility.licences import current
from shared.kernel.ids import digest
from shared.kernel.printable import is_printable
from shared.kernel.times import instant_text
from shared.ledger.entitlements import Licence
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal import reads
from shared.service.concealed import concealed
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.query import cursor_in, is_newest_first
from shared.service.services import Services

USER_MAX = 256
"""Characters of a user's id, as in usage (CONTRACT 1)."""

NO_LICENCE = "this user has no licence"

CURSOR = re.compile(r"[0-9]{20}-[0-9a-f]{32}")
"""A licence's place in the list."""


async def user_in(services: Services, request: Request) -> str:
    """The user in the path, as pages name them (R27). ProblemError if it cannot be a user's id."""
    user = request.path["user"]
    if not user or len(user) > USER_MAX or not is_printable(user):
        raise ProblemError("invalid_request", f"a user's id has 1 to {USER_MAX} printable characters")
    return await concealed(services, request.account, user)


async def read_licence(services: Services, request: Request) -> Reply:
    """The user's licence; `not_found` if the user has none now."""
    user = await user_in(services, request)
    if await services.ledger.read(request.account) is None:
        raise refused(UNKNOWN_ACCOUNT)
    licence = await reads.licence(services.ledger.table, request.account, user)
    if current(licence) is None:
        raise ProblemError("not_found", NO_LICENCE)
    return Reply(200, licence_of_path(licence, request))


async def list_licences(services: Services, request: Request) -> Reply:
    """The users who have the licence now, in the order in which they first got one, or in reverse. All licences are
    read for each page: they are stored by user.
    """
    after, limit, newest_first = cursor_in(request, CURSOR), request.limit(), is_newest_first(request)
    if await services.ledger.read(request.account) is None:
        raise refused(UNKNOWN_ACCOUNT)
    known = await reads.licences(services.ledger.table, request.account)
    placed = sorted(((_place(each), each) for each in known if current(each)), key=lambda pair: pair[0])
    if newest_first:
        placed.reverse()
    rest = [pair for pair in placed if not after or (pair[0] < after if newest_first else pair[0] > after)]
    shown = rest[:limit]
    following = shown[-1][0] if len(rest) > limit else None
    return Reply(200, {"items": [licence_json(licence) for _, licence in shown], "next": following})


def _place(licence: Licence) -> str:
    """The licence's place in the list: the first assignment that is kept, then the user."""
    return f"{licence.assignments[0].from_:%Y%m%d%H%M%S%f}-{digest(licence.user)[:32]}"


def licence_of_path(licence: Licence, request: Request) -> dict[str, object]:
    """The licence with the user's name as the request has it."""
    return {**licence_json(licence), "user": request.path["user"]}


SHOWN_ONLY = frozenset({"user", "assignedAt"})
"""What reading a licence shows beside its terms."""


def licence_json(licence: Licence) -> dict[str, object]:
    """The licence as it is now. Without one, plan and usage location are null."""
    known = current(licence)
    return {
        "user": licence.user,
        "communicationsCredits": known is not None,
        "plan": (known.plan or None) if known else None,
        "usageLocation": (known.usage_location or None) if known else None,
        "assignedAt": instant_text(known.from_) if known else None,
    }
