"""Operations on what will happen, what to set, and what it would have cost."""

from shared.interface.accounts import ACCOUNT
from shared.service.operation import Operation
from shared.service.roles import Role
from shared.use_cases.insight.read_advice import advise_on_bill, read_advice
from shared.use_cases.insight.read_forecast import read_forecast
from shared.use_cases.insight.what_if import WhatIf, what_if

READ_FORECAST = Operation(
    "read_forecast",
    "GET",
    f"{ACCOUNT}/forecast",
    read_forecast,
    Role.READ,
    "Read the forecast",
    "Forecast",
    "A replay of the future with the account's own habit of the last eight weeks (at most 30,000 calls), its lots, "
    "holds, pools, settings and cards. Ranges hold 90 % of outcomes. *Will calls work tomorrow?* is answered until the "
    "end of tomorrow, UTC. `depletedAt` and `losses` look 400 days ahead; `fan` is what can be spent at the end of "
    "each of the next 30 days.",
)
WHAT_IF = Operation(
    "what_if",
    "POST",
    f"{ACCOUNT}/what-if",
    what_if,
    Role.READ,
    "Ask what would have been",
    "WhatIfAnswer",
    "Replays what was booked at or after `from` and before `to` through the rules that book, with another "
    "auto-recharge, rate card or list of subscriptions, and compares it with what was booked. Nothing is written. A "
    "window has at most 100,000 calls. On another rate card, calls are rated by their whole number while it is kept; "
    "`rated` says how many were, and since when every number is known.",
    body=WhatIf,
    errors=("currency_mismatch", "below_minimum", "above_maximum"),
)

READ_ADVICE = Operation(
    "read_advice",
    "GET",
    f"{ACCOUNT}/advice",
    read_advice,
    Role.READ,
    "Read the advice on auto-recharge",
    "Advice",
    "The trigger balance and recharge amount to choose, from the account's calls of the last eight weeks (at most "
    "30,000), tried on these calls through the rules that book. Both are null where none are needed.",
)
ADVISE_ON_BILL = Operation(
    "advise_on_bill",
    "POST",
    f"{ACCOUNT}/advice",
    advise_on_bill,
    Role.READ,
    "Get advice from another provider's bill",
    "Advice",
    "The same from a file of calls in any format of `POST /usage`, before any purchase. Its calls are priced as this "
    "account would pay for them. Nothing is written. A file has at most 50,000 records.",
    query=("format",),
    required_query=("format",),
    body="application/octet-stream",
    errors=("payload_too_large", "currency_mismatch"),
)

OPERATIONS = (READ_FORECAST, READ_ADVICE, ADVISE_ON_BILL, WHAT_IF)
