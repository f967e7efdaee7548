"""Operations on who may do what: subscriptions, licences, eligibility."""

from shared.interface.accounts import ACCOUNT, LIST
from shared.service.operation import Operation, Precondition
from shared.service.roles import Role
from shared.use_cases.entitlements.assign_licence import NewLicence, assign_licence, remove_licence
from shared.use_cases.entitlements.record_exemption import NewExemption, record_exemption
from shared.use_cases.entitlements.set_subscriptions import set_subscriptions
from shared.use_cases.entitlements.subscription_list import SubscriptionList
from shared.views.eligibility import read_eligibility
from shared.views.licences import list_licences, read_licence
from shared.views.subscriptions import read_subscriptions

LICENCE = f"{ACCOUNT}/licences/{{user}}"

READ_SUBSCRIPTIONS = Operation(
    "read_subscriptions",
    "GET",
    f"{ACCOUNT}/subscriptions",
    read_subscriptions,
    Role.READ,
    "Read the subscriptions",
    "SubscriptionAnswer",
    "The list as it was set, whatever is in force now.",
    has_etag=True,
)
SET_SUBSCRIPTIONS = Operation(
    "set_subscriptions",
    "PUT",
    f"{ACCOUNT}/subscriptions",
    set_subscriptions,
    Role.MANAGE,
    "Set the subscriptions",
    "SubscriptionAnswer",
    "Replaces the whole list. Subscriptions decide whether the account may buy credit, and which calls are free. While "
    "it may not, auto-recharge is paused, and a recharge under way is cancelled.",
    body=SubscriptionList,
    precondition=Precondition.IF_MATCH,
    errors=("above_maximum",),
    has_etag=True,
)
LIST_LICENCES = Operation(
    "list_licences",
    "GET",
    f"{ACCOUNT}/licences",
    list_licences,
    Role.READ,
    "List the licences",
    "LicencePage",
    "The users who have the licence now, in the order in which they first got one unless `order=desc`.",
    query=LIST,
)
READ_LICENCE = Operation(
    "read_licence",
    "GET",
    LICENCE,
    read_licence,
    Role.READ,
    "Read a user's licence",
    "Licence",
)
ASSIGN_LICENCE = Operation(
    "assign_licence",
    "PUT",
    LICENCE,
    assign_licence,
    Role.MANAGE,
    "Give a user the licence",
    "Licence",
    "From the first assignment in an account on, chargeable calls of users without the licence are refused. Repeated "
    "with the same content, the request has no further effect. 200: plan or usage location of the licence has changed.",
    body=NewLicence,
    statuses=(201, 200),
)
REMOVE_LICENCE = Operation(
    "remove_licence",
    "DELETE",
    LICENCE,
    remove_licence,
    Role.MANAGE,
    "Take the licence from a user",
    "Licence",
    "Calls that started before keep it.",
)
READ_ELIGIBILITY = Operation(
    "read_eligibility",
    "GET",
    f"{ACCOUNT}/eligibility",
    read_eligibility,
    Role.READ,
    "Ask whether the account may buy credit",
    "Eligibility",
    "By the subscriptions and exemptions that are recorded now, at any instant; each reason with what resolves it. "
    "`notNeeded` names what can be called without credit.",
    query=("at",),
)
RECORD_EXEMPTION = Operation(
    "record_exemption",
    "POST",
    f"{ACCOUNT}/exemptions",
    record_exemption,
    Role.OPERATE,
    "Record an exemption",
    "Exemption",
    "Permits the account to buy credit although its enterprise agreement is billed in another country, from `from` "
    "until `until`.",
    body=NewExemption,
    statuses=(201,),
    errors=("above_maximum",),
)

OPERATIONS = (
    READ_SUBSCRIPTIONS,
    SET_SUBSCRIPTIONS,
    LIST_LICENCES,
    READ_LICENCE,
    ASSIGN_LICENCE,
    REMOVE_LICENCE,
    READ_ELIGIBILITY,
    RECORD_EXEMPTION,
)
