"""A notice of any kind, and the names of the kinds (CONTRACT 2.4; `statement` is an addition)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from shared.notices.account_kinds import (
    AccountNotice,
    ExpiryAhead,
    LowBalance,
    MonthlyStatement,
    PoolLevel,
    PostUsage,
    Recovered,
    Review,
)
from shared.notices.brake_notice import Braked
from shared.notices.kinds import (
    AuthenticationNeeded,
    AutoRechargeOff,
    AutoRechargePaused,
    BalanceZero,
    CapReached,
    CardExpires,
    CardNotice,
    Chargeback,
    MoneyBackNotice,
    RechargeFailed,
    RechargeSucceeded,
    Refunded,
)

Notice: TypeAlias = (
    RechargeSucceeded
    | RechargeFailed
    | BalanceZero
    | AutoRechargePaused
    | CapReached
    | CardNotice
    | MoneyBackNotice
    | AccountNotice
    | Braked
)


class Kind(StrEnum):
    """The names of the kinds (CONTRACT 2.4)."""

    RECHARGE_SUCCEEDED = "rechargeSucceeded"
    RECHARGE_FAILED = "rechargeFailed"
    AUTO_RECHARGE_PAUSED = "autoRechargePaused"
    BALANCE_ZERO = "balanceZero"
    LOW_BALANCE = "lowBalance"
    RECOVERED = "recovered"
    EXPIRY_AHEAD = "expiryAhead"
    CARD_EXPIRES = "cardExpires"
    CAP_REACHED = "capReached"
    POOL_LEVEL = "poolLevel"
    AUTO_RECHARGE_OFF = "autoRechargeOff"
    POST_USAGE = "postUsage"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    AUTHENTICATION_NEEDED = "authenticationNeeded"
    BRAKE = "brake"
    REVIEW = "review"
    STATEMENT = "statement"


KINDS: Mapping[Kind, type[Notice]] = {
    Kind.RECHARGE_SUCCEEDED: RechargeSucceeded,
    Kind.RECHARGE_FAILED: RechargeFailed,
    Kind.AUTO_RECHARGE_PAUSED: AutoRechargePaused,
    Kind.BALANCE_ZERO: BalanceZero,
    Kind.LOW_BALANCE: LowBalance,
    Kind.RECOVERED: Recovered,
    Kind.EXPIRY_AHEAD: ExpiryAhead,
    Kind.CARD_EXPIRES: CardExpires,
    Kind.CAP_REACHED: CapReached,
    Kind.POOL_LEVEL: PoolLevel,
    Kind.AUTO_RECHARGE_OFF: AutoRechargeOff,
    Kind.POST_USAGE: PostUsage,
    Kind.REFUND: Refunded,
    Kind.CHARGEBACK: Chargeback,
    Kind.AUTHENTICATION_NEEDED: AuthenticationNeeded,
    Kind.BRAKE: Braked,
    Kind.REVIEW: Review,
    Kind.STATEMENT: MonthlyStatement,
}
"""The record of each kind."""

INFORMATIVE = frozenset({Kind.RECOVERED, Kind.POOL_LEVEL, Kind.REVIEW, Kind.STATEMENT})
"""Kinds that may reach nobody, if everyone opts out of them. All others are about money or refused calls."""


def kind_of(notice: Notice) -> Kind:
    """The kind of *notice*."""
    return next(kind for kind, record in KINDS.items() if isinstance(notice, record))
