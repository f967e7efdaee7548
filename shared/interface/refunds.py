"""Operations on refunds."""

from shared.interface.accounts import ACCOUNT, LIST
from shared.service.operation import Operation, Precondition
from shared.service.roles import Role
from shared.use_cases.refunds.start_refund import NewRefund, start_refund
from shared.views.refunds import list_refunds, read_refund

LIST_REFUNDS = Operation(
    "list_refunds",
    "GET",
    f"{ACCOUNT}/refunds",
    list_refunds,
    Role.READ,
    "List the refunds",
    "RefundPage",
    "Oldest first unless `order=desc`, also those that were made with the payment provider's own tools.",
    query=LIST,
)
START_REFUND = Operation(
    "start_refund",
    "POST",
    f"{ACCOUNT}/refunds",
    start_refund,
    Role.MANAGE,
    "Refund the unspent part of a lot",
    "Refund",
    "To the card that paid for the lot, once for each Idempotency-Key. Without `amount`: all that is neither spent nor "
    "set aside, rounded down to what a card can be paid. A refund that leaves the balance at or below the trigger "
    "switches auto-recharge off.",
    body=NewRefund,
    precondition=Precondition.IDEMPOTENCY_KEY,
    statuses=(201,),
    errors=("lot_spent", "not_refundable", "payment_pending", "currency_mismatch", "below_minimum"),
)
READ_REFUND = Operation(
    "read_refund",
    "GET",
    f"{ACCOUNT}/refunds/{{refund}}",
    read_refund,
    Role.READ,
    "Read a refund",
    "Refund",
    "`pending` until the payment provider has answered; one that succeeded may fail later and is then given back.",
)

OPERATIONS = (LIST_REFUNDS, START_REFUND, READ_REFUND)
