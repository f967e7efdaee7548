"""Operations on calls in progress: authorisation, holds, pools."""

from shared.interface.accounts import ACCOUNT, LIST
from shared.service.operation import Operation
from shared.service.roles import Role
from shared.use_cases.calls.authorise_call import CallQuestion, authorise_call
from shared.use_cases.calls.extend_call import Extension, extend_call
from shared.use_cases.calls.release_call import release_call
from shared.views.holds import list_holds
from shared.views.pools import list_pools

_LEG = f"{ACCOUNT}/calls/{{leg}}"

AUTHORISE_CALL = Operation(
    "authorise_call",
    "POST",
    f"{_LEG}/authorise",
    authorise_call,
    Role.AUTHORISE,
    "Ask whether a call may start",
    "Authorisation",
    '`leg` is the telephony system\'s own id of the call. A "yes" holds the price of at most `wantedSeconds`, from the '
    "minute pool first and then from lots; the usage event with the same `leg` settles the hold. Asked again while the "
    "hold is open, the same leg gets the same answer. Emergency calls are always allowed. Never throttled.",
    body=CallQuestion,
    errors=("idempotency_conflict",),
)
EXTEND_CALL = Operation(
    "extend_call",
    "POST",
    f"{_LEG}/extend",
    extend_call,
    Role.AUTHORISE,
    "Ask for more seconds",
    "Authorisation",
    '`maxSeconds` is the new total from the start of the call. A "no" leaves what was granted before. A leg whose hold '
    "has ended, or that never had one, is answered with `hold_ended`.",
    body=Extension,
    may_omit_body=True,
)
RELEASE_CALL = Operation(
    "release_call",
    "POST",
    f"{_LEG}/release",
    release_call,
    Role.AUTHORISE,
    "Give up a call that did not take place",
    "Released",
    "Ends the leg for good, also one that would be authorised only afterwards: a caller may hang up while the question "
    "is under way.",
)
LIST_HOLDS = Operation(
    "list_holds",
    "GET",
    f"{ACCOUNT}/holds",
    list_holds,
    Role.READ,
    "List the open holds",
    "HoldPage",
    "One for each call in progress that may cost something; the oldest first unless `order=desc`.",
    query=LIST,
)
LIST_POOLS = Operation(
    "list_pools",
    "GET",
    f"{ACCOUNT}/pools",
    list_pools,
    Role.READ,
    "List the minute pools of a month",
    "PoolPage",
    "`month` is a calendar month in UTC, such as `2026-11`; by default the present one. A call belongs to the month in "
    "which it started.",
    query=(*LIST, "month"),
)

OPERATIONS = (AUTHORISE_CALL, EXTEND_CALL, RELEASE_CALL, LIST_HOLDS, LIST_POOLS)
