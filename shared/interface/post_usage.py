"""Operations on post-usage billing."""

from shared.interface.accounts import ACCOUNT
from shared.service.operation import Operation
from shared.service.roles import Role
from shared.use_cases.entitlements.switch_to_post_usage import (
    SwitchRequest,
    switch_to_post_usage,
    take_back_post_usage,
)
from shared.views.post_usage import read_accrual, read_post_usage

_PATH = f"{ACCOUNT}/post-usage"

READ_POST_USAGE = Operation(
    "read_post_usage",
    "GET",
    _PATH,
    read_post_usage,
    Role.READ,
    "Read where the switch to post-usage billing is",
    "PostUsage",
    "`draining`: remaining credit is used up first. `accruing`: usage is billed after use.",
)
SWITCH_TO_POST_USAGE = Operation(
    "switch_to_post_usage",
    "POST",
    _PATH,
    switch_to_post_usage,
    Role.MANAGE,
    "Switch to post-usage billing",
    "PostUsage",
    "With `dryRun` it only says what would happen, and answers 200. Switches auto-recharge off, cancels payments under "
    "way, and lets remaining credit be used up or lapse first. Needs a subscription in force with the agreement "
    "`newCommerce` or `customerAgreement`. With one, it also begins by itself when auto-recharge is off.",
    body=SwitchRequest,
    may_omit_body=True,
    statuses=(202, 200),
    errors=("not_eligible",),
)
TAKE_BACK_POST_USAGE = Operation(
    "take_back_post_usage",
    "DELETE",
    _PATH,
    take_back_post_usage,
    Role.MANAGE,
    "Take the switch back",
    "PostUsage",
    "Only while the account is `draining`; auto-recharge stays off. The account stays prepaid until the switch is "
    "requested again, auto-recharge is switched off once more, or the subscriptions change.",
    errors=("post_usage",),
)
READ_ACCRUAL = Operation(
    "read_accrual",
    "GET",
    f"{ACCOUNT}/accruals/{{month}}",
    read_accrual,
    Role.READ,
    "Read what accrued in a month",
    "Accrual",
    "By call kind and destination, of what was booked in that month (UTC).",
)

OPERATIONS = (READ_POST_USAGE, SWITCH_TO_POST_USAGE, TAKE_BACK_POST_USAGE, READ_ACCRUAL)
