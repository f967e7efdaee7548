"""Operations on purchases by hand."""

from shared.interface.accounts import ACCOUNT, LIST
from shared.service.operation import Operation, Precondition
from shared.service.roles import Role
from shared.use_cases.purchases.cancel_purchase import cancel_purchase
from shared.use_cases.purchases.new_purchase import NewPurchase
from shared.use_cases.purchases.read_purchase import read_purchase
from shared.use_cases.purchases.start_purchase import start_purchase
from shared.views.purchases import list_purchases

LIST_PURCHASES = Operation(
    "list_purchases",
    "GET",
    f"{ACCOUNT}/purchases",
    list_purchases,
    Role.READ,
    "List the purchases",
    "PurchasePage",
    "Oldest first unless `order=desc`.",
    query=LIST,
)
START_PURCHASE = Operation(
    "start_purchase",
    "POST",
    f"{ACCOUNT}/purchases",
    start_purchase,
    Role.MANAGE,
    "Buy credit",
    "Purchase",
    "Charges a card once for each Idempotency-Key. Without `paymentMethod` the first stored card is charged. "
    "`requiresAction`: the buyer must confirm with the bank; give `clientSecret` to the payment provider's form. "
    "With `autoRecharge` the purchase also stores the card and arms auto-recharge.",
    body=NewPurchase,
    precondition=Precondition.IDEMPOTENCY_KEY,
    statuses=(201,),
    errors=(
        "currency_mismatch",
        "below_minimum",
        "above_maximum",
        "no_payment_method",
        "too_many_lots",
        "not_eligible",
        "post_usage",
    ),
)
READ_PURCHASE = Operation(
    "read_purchase",
    "GET",
    f"{ACCOUNT}/purchases/{{purchase}}",
    read_purchase,
    Role.READ,
    "Read a purchase",
    "Purchase",
    "The outcome of an open purchase is read from the payment provider and booked first.",
)
CANCEL_PURCHASE = Operation(
    "cancel_purchase",
    "POST",
    f"{ACCOUNT}/purchases/{{purchase}}/cancel",
    cancel_purchase,
    Role.MANAGE,
    "Cancel a purchase",
    "Purchase",
    "Answers with the purchase as it then is: `succeeded` when the payment was faster.",
)

OPERATIONS = (LIST_PURCHASES, START_PURCHASE, READ_PURCHASE, CANCEL_PURCHASE)
