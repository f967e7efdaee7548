"""Operations on rates and rate cards."""

from shared.interface.accounts import LIST
from shared.service.operation import Operation
from shared.service.roles import Role
from shared.use_cases.rates.publish_rate_card import publish_rate_card
from shared.views.rates import Question, list_rate_cards, look_up_rate

LOOK_UP_RATE = Operation(
    "look_up_rate",
    "POST",
    "v1/rates/lookup",
    look_up_rate,
    Role.READ_RATES,
    "Look up what a call costs",
    "Rate",
    "By the rate card of the token's account, or by the one named, now or at an instant. With direction `in`, the "
    "price of a toll-free call by its called number; 404 `no_rate` means that a call to it is free unless the number "
    "is registered as toll-free. The number is in the body, because addresses are logged.",
    body=Question,
    errors=("no_rate",),
)
LIST_RATE_CARDS = Operation(
    "list_rate_cards",
    "GET",
    "v1/rate-cards",
    list_rate_cards,
    Role.READ_RATES,
    "List the versions of rate cards",
    "RateCardPage",
    "Sorted by name and `validFrom`.",
    query=LIST,
)
PUBLISH_RATE_CARD = Operation(
    "publish_rate_card",
    "PUT",
    "v1/rate-cards/{card}/versions/{validFrom}",
    publish_rate_card,
    Role.OPERATE,
    "Publish a version of a rate card",
    "PublishedRateCard",
    "All rows or none. The published form has the columns `Destination Name,Destination Type,Country,Prefix,Price / "
    "min`; the full form has `prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds` and "
    "optionally `direction`, `out` (also where it is empty) or `in`: rates of direction in price toll-free calls by "
    "the called number. A prefix may occur once for each direction. The version in force is the latest `validFrom` at "
    "or before the call's start; what is booked stays as it was. `dryRun=true` publishes nothing and counts what would "
    "change.",
    query=("currency", "dryRun"),
    required_query=("currency",),
    body="text/csv",
    statuses=(201, 200),
    errors=("currency_mismatch",),
)

OPERATIONS = (LOOK_UP_RATE, LIST_RATE_CARDS, PUBLISH_RATE_CARD)
