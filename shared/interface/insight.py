"""Operations on what will happen, what to set, and what it would have cost."""

from shared.interface.accounts import ACCOUNT
from shared.service.operation import Operation
from shared.service.roles import Role
from shared.use_cases.insight.read_forecast import read_forecast

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

OPERATIONS = (READ_FORECAST,)
