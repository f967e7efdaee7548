"""Operations on what will happen, what to set, and what it would have cost."""

from shared.interface.accounts import ACCOUNT
from shared.service.operation import Operation
from shared.service.roles import Role
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

OPERATIONS = (READ_FORECAST, WHAT_IF)
