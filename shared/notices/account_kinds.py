"""The kinds of notice about the balance, pools and billing of an account: what comes, what began, what is over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from shared.kernel.money import Money


class AutoRecharge(StrEnum):
    """What auto-recharge is doing while the balance is low or zero."""

    OFF = "off"  # switched off, or without a card that it can charge
    UNDER_WAY = "underWay"  # a charge is being made or ended, and its outcome is not known yet
    DECLINED = "declined"  # the last charge failed; an e-mail of its own says why
    PAUSED = "paused"  # it may not charge now; an e-mail of its own says why
    READY = "ready"  # it charges as soon as the balance is at the trigger


@dataclass(frozen=True, slots=True)
class LowBalance:
    """The balance is at or below *level*, which the administrators chose."""

    at: datetime
    level: Money
    balance: Money
    auto_recharge: AutoRecharge


@dataclass(frozen=True, slots=True)
class Recovered:
    """The balance is clearly above every chosen level again."""

    at: datetime
    balance: Money


@dataclass(frozen=True, slots=True)
class ExpiryAhead:
    """*amount* of the balance will be lost at *expires_at*, at most *days* from now, if as much is used as in the last
    weeks: *per_day* on average.
    """

    at: datetime
    amount: Money
    expires_at: datetime
    days: int
    balance: Money
    per_day: Money


@dataclass(frozen=True, slots=True)
class PoolLevel:
    """*level* per cent of a pool of minutes are used in *month* ("2026-11", UTC). *destinations* is the kind of the
    pool; *usage_location* is empty for conferences, *user* unless the plan gives each user minutes of their own.
    """

    at: datetime
    level: int
    capability: str
    destinations: str
    usage_location: str
    user: str
    month: str
    used_seconds: int
    size_seconds: int


class PostUsageStage(StrEnum):
    """How far the switch to post-usage billing is."""

    STARTED = "started"  # remaining credit is used up first
    DONE = "done"  # from now on usage is billed after use


@dataclass(frozen=True, slots=True)
class PostUsage:
    """The switch to post-usage billing has begun or is done (R17)."""

    at: datetime
    stage: PostUsageStage
    balance: Money


@dataclass(frozen=True, slots=True)
class Review:
    """Credit has been in use for *months* months: time to look at the settings. *trigger* and *amount* are those of
    auto-recharge; None while it is off.
    """

    at: datetime
    months: int
    balance: Money
    trigger: Money | None
    amount: Money | None


@dataclass(frozen=True, slots=True)
class MonthlyStatement:
    """Something was booked in *month* ("2026-11", UTC), and the month is over, or the account *is_closed*. *closing*
    is the closing balance, less the overdraft. *chain* is the hash of the month's last page, *last_page*: as the
    statement and its proof name it (R25). Of a closed account it is the page before the one that closed it.
    """

    at: datetime
    month: str
    closing: Money
    last_page: int
    chain: str
    is_closed: bool = False


AccountNotice: TypeAlias = LowBalance | Recovered | ExpiryAhead | PoolLevel | PostUsage | Review | MonthlyStatement
