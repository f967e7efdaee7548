"""What operations answer, as models: the source of the OpenAPI document's schemas. A test holds every answer to them.

Loaded when the document is made, and by no other request.
"""

from shared.interface.answers.accounts import (
    Account,
    AccountPage,
    Balance,
    ClosedAccount,
    EventName,
    Explanation,
    Grant,
    Lot,
    LotAmount,
    LotPage,
    Movement,
    MovementPage,
)
from shared.interface.answers.calls import Authorisation, FinalUnit, Hold, HoldPage, Pool, PoolPage, Released
from shared.interface.answers.money_in import (
    Administrator,
    AdministratorList,
    AutoRecharge,
    Card,
    CardPage,
    Pause,
    Purchase,
    PurchasePage,
)
from shared.interface.answers.parts import FieldError, Money, Problem
from shared.interface.answers.plans import Plan, PlanPage, PlanPool
from shared.interface.answers.service_numbers import ReleasedServiceNumber, ServiceNumber, ServiceNumberPage
from shared.interface.answers.usage import (
    PublishedRateCard,
    Rate,
    RateCardPage,
    RateCardVersion,
    Received,
    Replay,
    ReplayedItem,
    SuspendedItem,
    SuspensePage,
)

__all__ = [
    "Account",
    "AccountPage",
    "Administrator",
    "AdministratorList",
    "Authorisation",
    "AutoRecharge",
    "Balance",
    "Card",
    "CardPage",
    "ClosedAccount",
    "EventName",
    "Explanation",
    "FieldError",
    "FinalUnit",
    "Grant",
    "Hold",
    "HoldPage",
    "Lot",
    "LotAmount",
    "LotPage",
    "Money",
    "Movement",
    "MovementPage",
    "Pause",
    "Plan",
    "PlanPage",
    "PlanPool",
    "Pool",
    "PoolPage",
    "Problem",
    "PublishedRateCard",
    "Purchase",
    "PurchasePage",
    "Rate",
    "RateCardPage",
    "RateCardVersion",
    "Received",
    "Released",
    "ReleasedServiceNumber",
    "Replay",
    "ReplayedItem",
    "ServiceNumber",
    "ServiceNumberPage",
    "SuspendedItem",
    "SuspensePage",
]
