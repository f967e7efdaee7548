"""One notice of every kind, in every form that an e-mail has, for previews and proofs."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from shared.kernel.money import MICROS, Money
from shared.ledger.pause import PauseReason
from shared.notices.account_kinds import (
    AutoRecharge,
    ExpiryAhead,
    LowBalance,
    MonthlyStatement,
    PoolLevel,
    PostUsage,
    PostUsageStage,
    Recovered,
    Review,
)
from shared.notices.brake_notice import BrakeCause, Braked
from shared.notices.decline_reason import DeclineReason
from shared.notices.kinds import (
    AuthenticationNeeded,
    AutoRechargeOff,
    AutoRechargePaused,
    BalanceZero,
    CapReached,
    CardExpires,
    Chargeback,
    ChargebackStage,
    ChargedCard,
    OffReason,
    RechargeFailed,
    RechargeSucceeded,
    Refunded,
)
from shared.notices.notice import Notice

AT = datetime(2026, 11, 22, 7, 31, 5, tzinfo=UTC)
LATER = AT + timedelta(days=9)
VISA = ChargedCard("visa", "4242")
CHAIN = sha256(b"the last page of a month").hexdigest()
PAUSES = [reason for reason in PauseReason if reason is not PauseReason.BRAKE]
"""The brake has a notice of its own."""

WITH_LIMIT = {PauseReason.LARGEST_CHARGE, PauseReason.CAP}
WITH_END = {PauseReason.CAP, PauseReason.BURST}


def _usd(cents: int) -> Money:
    return Money(cents * MICROS // 100, "USD")


def _failed(reason: DeclineReason, next_attempt: datetime | None, balance: int = 320) -> RechargeFailed:
    return RechargeFailed(AT, _usd(5_000), _usd(balance), reason, VISA, next_attempt)


def _paused(reason: PauseReason) -> AutoRechargePaused:
    limit = _usd(25_000) if reason in WITH_LIMIT else None
    return AutoRechargePaused(AT, reason, _usd(320), limit, LATER if reason in WITH_END else None)


def _pool(level: int, plan: str, kind: str, place: str, user: str = "") -> PoolLevel:
    return PoolLevel(AT, level, plan, kind, place, user, "2026-11", 36_000 * level, 3_600_000)


SAMPLES: Mapping[str, Notice] = {
    "rechargeSucceeded": RechargeSucceeded(AT, _usd(5_000), _usd(6_123), VISA),
    "rechargeSucceeded-overdraft": RechargeSucceeded(AT, _usd(5_000), _usd(-2_000), VISA),
    **{
        f"rechargeFailed-{reason.value}": _failed(reason, AT + timedelta(hours=1))
        for reason in (DeclineReason.INSUFFICIENT_FUNDS, DeclineReason.LIMIT_EXCEEDED, DeclineReason.BANK_UNREACHABLE)
    },
    **{
        f"rechargeFailed-{reason.value}": _failed(reason, None, -400)
        for reason in (DeclineReason.EXPIRED_CARD, DeclineReason.CLOSED_ACCOUNT, DeclineReason.WRONG_DETAILS)
    },
    "rechargeFailed-next_card": _failed(DeclineReason.GENERIC, AT),
    "rechargeFailed-not_begun": RechargeFailed(AT, _usd(5_000), _usd(320), DeclineReason.GENERIC, None, LATER),
    **{
        f"balanceZero-{state.value}": BalanceZero(AT, _usd(410), state)
        for state in AutoRecharge
        if state is not AutoRecharge.READY
    },
    **{f"lowBalance-{state.value}": LowBalance(AT, _usd(2_000), _usd(1_550), state) for state in AutoRecharge},
    "recovered": Recovered(AT, _usd(6_550)),
    **{f"autoRechargePaused-{reason.value}": _paused(reason) for reason in PAUSES},
    **{f"autoRechargeOff-{why.value}": AutoRechargeOff(AT, why) for why in OffReason},
    **{f"capReached-{level}": CapReached(AT, level, _usd(250 * level), _usd(25_000), LATER) for level in (80, 90, 100)},
    "brake": Braked(AT, (BrakeCause("ann", "", _usd(6_000), _usd(200)), BrakeCause("", "881", _usd(6_000), _usd(0)))),
    "cardExpires": CardExpires(AT, VISA, "2026-12", 30),
    "authenticationNeeded": AuthenticationNeeded(AT, _usd(5_000), _usd(320), VISA, None),
    "authenticationNeeded-next_card": AuthenticationNeeded(AT, _usd(5_000), _usd(320), VISA, AT),
    **{
        f"expiryAhead-{days}": ExpiryAhead(
            AT, _usd(3_120), AT + timedelta(days=days), days, _usd(4_920), _usd(60 if days > 1 else 0)
        )
        for days in (90, 30, 7, 1)
    },
    "poolLevel-80": _pool(80, "MCOMEETADD", "zoneA", ""),
    "poolLevel-100": _pool(100, "MCOPSTN1", "domestic", "US", "0c9a-41"),
    **{f"postUsage-{stage.value}": PostUsage(AT, stage, _usd(1_250)) for stage in PostUsageStage},
    "review-1": Review(AT, 1, _usd(3_120), _usd(2_000), _usd(5_000)),
    "review-2": Review(AT, 2, _usd(3_120), None, None),
    "statement": MonthlyStatement(AT, "2026-10", _usd(3_120), 1_208, CHAIN),
    "statement-overdraft": MonthlyStatement(AT, "2026-10", _usd(-410), 1_208, CHAIN),
    "statement-closed": MonthlyStatement(AT, "2026-11", _usd(0), 1_208, CHAIN, is_closed=True),
    "refund": Refunded(AT, _usd(5_000), _usd(320), has_failed=False),
    "refund-failed": Refunded(AT, _usd(5_000), _usd(5_320), has_failed=True),
    **{f"chargeback-{stage.value}": Chargeback(AT, _usd(5_000), _usd(320), stage) for stage in ChargebackStage},
}
"""By the kind's name in the contract, and what distinguishes the form."""
