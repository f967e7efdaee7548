"""The kinds of notice (R19), one frozen record for each. All are about crossings and outcomes, none about one call."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from shared.kernel.money import Money
from shared.ledger.pause import PauseReason
from shared.notices.account_kinds import AutoRecharge
from shared.notices.decline_reason import DeclineReason


@dataclass(frozen=True, slots=True)
class ChargedCard:
    """As much of a card as an e-mail may name."""

    brand: str
    last_four: str


@dataclass(frozen=True, slots=True)
class RechargeSucceeded:
    """Auto-recharge has charged *amount*. *balance* is the balance after that, less the overdraft."""

    at: datetime
    amount: Money
    balance: Money
    card: ChargedCard | None


@dataclass(frozen=True, slots=True)
class RechargeFailed:
    """*amount* could not be charged. *balance* is less the overdraft. *next_attempt* is None if
    none follows before the reader acts; if it is not later than *at*, another card is charged at once.
    """

    at: datetime
    amount: Money
    balance: Money
    reason: DeclineReason
    card: ChargedCard | None
    next_attempt: datetime | None


@dataclass(frozen=True, slots=True)
class BalanceZero:
    """Nothing is left to spend. *overdraft* is what calls cost beyond the credit, zero or more."""

    at: datetime
    overdraft: Money
    auto_recharge: AutoRecharge


@dataclass(frozen=True, slots=True)
class AutoRechargePaused:
    """The balance is at or below the trigger, and auto-recharge may not charge what it takes. *limit* is the largest
    charge or the monthly cap. *resumes_at* None: that does not depend on time.
    """

    at: datetime
    reason: PauseReason
    balance: Money
    limit: Money | None
    resumes_at: datetime | None


@dataclass(frozen=True, slots=True)
class CapReached:
    """Recharges of this month have taken *level* per cent of the monthly cap, or more. *resets_at* is when the next
    month begins.
    """

    at: datetime
    level: int
    recharged: Money
    cap: Money
    resets_at: datetime


@dataclass(frozen=True, slots=True)
class AuthenticationNeeded:
    """*amount* could not be charged because the bank wants the holder of *card* to confirm that it may be charged.
    *balance* is less the overdraft. *next_attempt* is None if the recharge waits for the holder; otherwise another card
    is charged at once.
    """

    at: datetime
    amount: Money
    balance: Money
    card: ChargedCard | None
    next_attempt: datetime | None


class OffReason(StrEnum):
    """Why auto-recharge was switched off by the service."""

    REFUND = "refund"  # a refund left the balance at or below the trigger
    NO_CARD = "no_card"  # the last card that could be charged was removed, or refused for good


@dataclass(frozen=True, slots=True)
class AutoRechargeOff:
    """The service has switched auto-recharge off. It stays off until an administrator switches it on."""

    at: datetime
    why: OffReason


@dataclass(frozen=True, slots=True)
class CardExpires:
    """*card* can be charged until the end of the month *expiry* ("2026-12", UTC), which is at most *days* away."""

    at: datetime
    card: ChargedCard
    expiry: str
    days: int


@dataclass(frozen=True, slots=True)
class Refunded:
    """*amount* went back to the card, or a refund of it has failed. *balance* is less the overdraft."""

    at: datetime
    amount: Money
    balance: Money
    has_failed: bool


class ChargebackStage(StrEnum):
    """What has happened to a disputed payment."""

    OPENED = "opened"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Chargeback:
    """The holder of a card disputes *amount* of a payment, or the dispute is over. *balance* is less the overdraft."""

    at: datetime
    amount: Money
    balance: Money
    stage: ChargebackStage


CardNotice: TypeAlias = AuthenticationNeeded | AutoRechargeOff | CardExpires

MoneyBackNotice: TypeAlias = Refunded | Chargeback
