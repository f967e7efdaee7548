"""Operations that show usage: call records, summed usage, statements."""

from shared.service.operation import Operation
from shared.service.roles import Role
from shared.views.calls import list_calls

ACCOUNT = "v1/accounts/{account}"
LIST = ("after", "limit", "order")

LIST_CALLS = Operation(
    "list_calls",
    "GET",
    f"{ACCOUNT}/calls",
    list_calls,
    Role.READ,
    "List the calls",
    "CallPage",
    "Each call as it is booked now, by its start at or after `from` and before `to`, oldest first unless `order=desc`. "
    "Phone numbers are whole while they are kept, then null. Follow `next` until it is null, even if a page has no "
    "item.",
    query=("from", "to", "user", *LIST),
)

OPERATIONS = (LIST_CALLS,)
