"""Operations on usage that could not be booked."""

from shared.interface.accounts import LIST
from shared.service.operation import Operation
from shared.service.roles import Role
from shared.use_cases.suspense.accept_conflict import accept_conflict
from shared.use_cases.suspense.dismiss_suspended import Dismissal, dismiss_suspended
from shared.use_cases.suspense.replay_suspended import replay_suspended
from shared.views.suspense import list_suspense

ITEM = "v1/suspense/{item}"

LIST_SUSPENSE = Operation(
    "list_suspense",
    "GET",
    "v1/suspense",
    list_suspense,
    Role.OPERATE,
    "List usage in suspense",
    "SuspensePage",
    "Open items unless `state` names another state, oldest first unless `order=desc`.",
    query=("state", "reason", *LIST),
)
REPLAY_SUSPENDED = Operation(
    "replay_suspended",
    "POST",
    f"{ITEM}/replay",
    replay_suspended,
    Role.OPERATE,
    "Try to book an item again",
    "ReplayedItem",
    "Answers with the item: `replayed` when it is booked, else with its present reason. It is booked at most once, "
    "however often it is sent or replayed.",
)
ACCEPT_CONFLICT = Operation(
    "accept_conflict",
    "POST",
    f"{ITEM}/accept",
    accept_conflict,
    Role.OPERATE,
    "Accept a conflict as a correction",
    "SuspendedItem",
    "Unwinds what was booked under the event's identity and books the new content.",
)
DISMISS_SUSPENDED = Operation(
    "dismiss_suspended",
    "POST",
    f"{ITEM}/dismiss",
    dismiss_suspended,
    Role.OPERATE,
    "Dismiss an item",
    "SuspendedItem",
    "It will not be booked, and is kept with the reason until its retention ends.",
    body=Dismissal,
    errors=("already_exists",),
)

OPERATIONS = (LIST_SUSPENSE, REPLAY_SUSPENDED, ACCEPT_CONFLICT, DISMISS_SUSPENDED)
