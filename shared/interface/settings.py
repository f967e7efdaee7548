"""Operations on settings: auto-recharge, administrators."""

from shared.interface.accounts import ACCOUNT
from shared.service.operation import Operation, Precondition
from shared.service.roles import Role
from shared.use_cases.notices.set_administrators import set_administrators
from shared.use_cases.recharge.set_auto_recharge import AutoRechargeSettings, set_auto_recharge
from shared.views.settings import read_administrators, read_auto_recharge

READ_AUTO_RECHARGE = Operation(
    "read_auto_recharge",
    "GET",
    f"{ACCOUNT}/auto-recharge",
    read_auto_recharge,
    Role.READ,
    "Read auto-recharge",
    "AutoRecharge",
    "The settings, the state of the recharge slot, and why nothing is charged now if so. Before it was ever set: what "
    "a portal may suggest at the first purchase.",
    has_etag=True,
)
SET_AUTO_RECHARGE = Operation(
    "set_auto_recharge",
    "PUT",
    f"{ACCOUNT}/auto-recharge",
    set_auto_recharge,
    Role.MANAGE,
    "Set auto-recharge",
    "AutoRecharge",
    "When the spendable balance is at or below `trigger`, the first usable card is charged with the smallest multiple "
    "of `amount` that lands above the trigger, but never with more than `largestCharge` at once (by default five times "
    "`amount`) or `monthlyCap` in a calendar month (UTC, of the charge). Evaluated in the same commit. Saving ends a "
    "pause with the reason `burst`.",
    body=AutoRechargeSettings,
    precondition=Precondition.IF_MATCH,
    errors=("currency_mismatch", "below_minimum", "above_maximum", "no_payment_method", "not_eligible", "post_usage"),
    has_etag=True,
)
READ_ADMINISTRATORS = Operation(
    "read_administrators",
    "GET",
    f"{ACCOUNT}/administrators",
    read_administrators,
    Role.READ,
    "Read the administrators",
    "AdministratorList",
    "Who receives e-mails about the account. Empty while only a digest of the list is known, after a rebuild.",
    has_etag=True,
)
SET_ADMINISTRATORS = Operation(
    "set_administrators",
    "PUT",
    f"{ACCOUNT}/administrators",
    set_administrators,
    Role.MANAGE,
    "Set the administrators",
    "AdministratorList",
    "Replaces the whole list. At least one administrator must receive e-mails.",
    body="AdministratorList",
    precondition=Precondition.IF_MATCH,
    has_etag=True,
)

OPERATIONS = (
    READ_AUTO_RECHARGE,
    SET_AUTO_RECHARGE,
    READ_ADMINISTRATORS,
    SET_ADMINISTRATORS,
)
