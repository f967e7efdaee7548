"""Operations on the plan catalogue."""

from shared.interface.accounts import LIST
from shared.service.operation import Operation
from shared.service.roles import Role
from shared.views.plans import list_plans

LIST_PLANS = Operation(
    "list_plans",
    "GET",
    "v1/plans",
    list_plans,
    Role.READ,
    "List the plans",
    "PlanPage",
    "The plans that a subscription can name, and the minutes that one licence includes in a calendar month today. "
    "Sizes that differ by usage location are separate pools, each with its `locations`; a pool without locations is "
    "the same everywhere else. For conferencing plans a location is the organisation's country.",
    query=LIST,
)

OPERATIONS = (LIST_PLANS,)
