"""Operations on settings: auto-recharge, administrators, alerts."""

from shared.interface.accounts import ACCOUNT, LIST
from shared.service.operation import Operation, Precondition
from shared.service.roles import Role
from shared.use_cases.notices.set_administrators import set_administrators
from shared.use_cases.notices.set_alerts import AlertSettings, set_alerts
from shared.use_cases.recharge.set_auto_recharge import AutoRechargeSettings, set_auto_recharge
from shared.views.alerts import read_alerts
from shared.views.notices import list_notices
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
READ_ALERTS = Operation(
    "read_alerts",
    "GET",
    f"{ACCOUNT}/alerts",
    read_alerts,
    Role.READ,
    "Read the alerts",
    "Alerts",
    "At which levels of the balance administrators are told, and which roles as a whole get no e-mail.",
    has_etag=True,
)
SET_ALERTS = Operation(
    "set_alerts",
    "PUT",
    f"{ACCOUNT}/alerts",
    set_alerts,
    Role.MANAGE,
    "Set the alerts",
    "Alerts",
    "At most five levels. One e-mail tells that the balance is at or below a level, and one that it is a tenth above "
    "all of them again. The holders of `silentRoles` get no e-mail unless they hold another role; of notices about "
    "money or refused calls somebody must be told.",
    body=AlertSettings,
    precondition=Precondition.IF_MATCH,
    errors=("currency_mismatch",),
    has_etag=True,
)

LIST_NOTICES = Operation(
    "list_notices",
    "GET",
    f"{ACCOUNT}/notices",
    list_notices,
    Role.READ,
    "List what administrators were told",
    "NoticePage",
    "One item for each notice and group of readers with the same language, formats and time zone. `delivery` is "
    "`failed` as soon as the e-mail did not reach one of them.",
    query=LIST,
)

OPERATIONS = (
    READ_AUTO_RECHARGE,
    SET_AUTO_RECHARGE,
    READ_ADMINISTRATORS,
    SET_ADMINISTRATORS,
    READ_ALERTS,
    SET_ALERTS,
    LIST_NOTICES,
)
