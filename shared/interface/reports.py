"""Operations that show usage: call records, summed usage, statements."""

from shared.service.operation import Operation
from shared.service.roles import Role
from shared.use_cases.reports.monthly_statement import read_statement
from shared.use_cases.reports.summed_usage import read_usage
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

READ_USAGE = Operation(
    "read_usage",
    "GET",
    f"{ACCOUNT}/usage",
    read_usage,
    Role.READ,
    "Sum the usage",
    "UsagePage",
    "The calls that started at or after `from` and before `to`, by destination, user, day (UTC), call kind or "
    "capability, in the order of the keys unless `order=desc`. Calls without a key are one item with the key null.",
    query=("by", "from", "to", *LIST),
    required_query=("by",),
)
READ_STATEMENT = Operation(
    "read_statement",
    "GET",
    f"{ACCOUNT}/statements/{{month}}",
    read_statement,
    Role.READ,
    "Read the statement of a month",
    "Statement",
    "What was booked in a calendar month (UTC). opening + purchased + recharged + granted - used - expired - refunded "
    "- clawedBack + corrected = closing, for each lot and in all; in all, closing is the sum of the lots less the "
    "overdraft. A closed month never changes: what comes later stands in a later month.",
)

OPERATIONS = (LIST_CALLS, READ_USAGE, READ_STATEMENT)
