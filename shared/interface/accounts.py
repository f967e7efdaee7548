"""Operations on accounts: opening, balances, lots, movements, grants."""

from shared.service.operation import Operation, Precondition
from shared.service.roles import Role
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.accounts.open_account import NewAccount, open_account
from shared.use_cases.corrections.reverse_movement import Reversal, reverse_movement
from shared.use_cases.purchases.grant_funds import NewGrant, grant_funds
from shared.views.accounts import list_accounts
from shared.views.balance import read_account, read_balance
from shared.views.lots import list_lots
from shared.views.movements import list_movements, read_movement

ACCOUNT = "v1/accounts/{account}"
LIST = ("after", "limit", "order")

OPEN_ACCOUNT = Operation(
    "open_account",
    "POST",
    "v1/accounts",
    open_account,
    Role.OPERATE,
    "Open an account",
    "Account",
    "An account is a tenant: its id is the tenant's id. Repeated with the same content, the request answers 201 with "
    "the account as it is now, so that a lost answer does no harm.",
    body=NewAccount,
    statuses=(201,),
    errors=("already_exists", "currency_mismatch"),
)
LIST_ACCOUNTS = Operation(
    "list_accounts",
    "GET",
    "v1/accounts",
    list_accounts,
    Role.OPERATE,
    "List the open accounts",
    "AccountPage",
    "Oldest first unless `order=desc`.",
    query=LIST,
)
READ_ACCOUNT = Operation(
    "read_account",
    "GET",
    ACCOUNT,
    read_account,
    Role.READ,
    "Read an account",
    "Account",
    "Its terms and the six amounts as they are now.",
)
CLOSE_ACCOUNT = Operation(
    "close_account",
    "DELETE",
    ACCOUNT,
    close_account,
    Role.OPERATE,
    "Close an empty account",
    "ClosedAccount",
    "Refused while money, holds or payments are in it. Its journal stays; opening it again begins a new epoch.",
    errors=("not_empty",),
)
READ_BALANCE = Operation(
    "read_balance",
    "GET",
    f"{ACCOUNT}/balance",
    read_balance,
    Role.READ,
    "Read the balance as of an instant",
    "Balance",
    "As booked at an instant in the past; in the future as it will be, expiry included, if nothing else happens.",
    query=("at",),
)
LIST_LOTS = Operation(
    "list_lots",
    "GET",
    f"{ACCOUNT}/lots",
    list_lots,
    Role.READ,
    "List the lots",
    "LotPage",
    "Every lot there ever was, oldest first unless `order=desc`.",
    query=LIST,
)
LIST_MOVEMENTS = Operation(
    "list_movements",
    "GET",
    f"{ACCOUNT}/movements",
    list_movements,
    Role.READ,
    "List the movements",
    "MovementPage",
    "One movement for each event, booked at or after `from` and before `to`, oldest first unless `order=desc`. One "
    "request reads a bounded part of the journal: follow `next` until it is null, even if a page has no item.",
    query=("from", "to", "kind", *LIST),
)
READ_MOVEMENT = Operation(
    "read_movement",
    "GET",
    f"{ACCOUNT}/movements/{{movement}}",
    read_movement,
    Role.READ,
    "Read a movement",
    "Movement",
)
REVERSE_MOVEMENT = Operation(
    "reverse_movement",
    "POST",
    f"{ACCOUNT}/movements/{{movement}}/reverse",
    reverse_movement,
    Role.OPERATE,
    "Reverse a debit or a grant",
    "Movement",
    "It is unwound in its recorded order, the last entry first, once; the answer is the correction. A call is reversed "
    "as it is booked now, with the seconds that it took from a pool. What was spent of a grant becomes overdraft.",
    body=Reversal,
    statuses=(201,),
    errors=("already_reversed", "not_reversible", "too_many_lots"),
)
GRANT_FUNDS = Operation(
    "grant_funds",
    "POST",
    f"{ACCOUNT}/grants",
    grant_funds,
    Role.OPERATE,
    "Grant funds",
    "Grant",
    "Funds that were paid outside (purchase order, transfer), or promotional credit. The grant confirms the payment. "
    "There is one grant for each reference, whatever the Idempotency-Key.",
    body=NewGrant,
    precondition=Precondition.IDEMPOTENCY_KEY,
    statuses=(201,),
    errors=("already_exists", "currency_mismatch", "below_minimum", "too_many_lots"),
)

OPERATIONS = (
    OPEN_ACCOUNT,
    LIST_ACCOUNTS,
    READ_ACCOUNT,
    CLOSE_ACCOUNT,
    READ_BALANCE,
    LIST_LOTS,
    LIST_MOVEMENTS,
    READ_MOVEMENT,
    REVERSE_MOVEMENT,
    GRANT_FUNDS,
)
