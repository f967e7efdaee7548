"""Notices as plain JSON, for a queue message. Fields may be added: readers ignore those that they do not know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.kernel.money import Money
from shared.kernel.times import instant_text, parse_instant
from shared.ledger.pause import PauseReason
from shared.notices.kinds import (
    AutoRecharge,
    AutoRechargeOff,
    AutoRechargePaused,
    BalanceZero,
    Chargeback,
    ChargebackStage,
    ChargedCard,
    DeclineReason,
    Notice,
    OffReason,
    RechargeFailed,
    RechargeSucceeded,
    Refunded,
)


def notice_json(notice: Notice) -> dict[str, object]:  # noqa: PLR0911 - one for each kind
    """*notice* as plain JSON, its kind under "kind". `notice_from` reads it."""
    match notice:
        case RechargeSucceeded():
            return {
                "kind": "rechargeSucceeded",
                "at": instant_text(notice.at),
                "amount": _money_json(notice.amount),
                "balance": _money_json(notice.balance),
                "card": _card_json(notice.card),
            }
        case RechargeFailed():
            return {
                "kind": "rechargeFailed",
                "at": instant_text(notice.at),
                "amount": _money_json(notice.amount),
                "balance": _money_json(notice.balance),
                "reason": notice.reason.value,
                "card": _card_json(notice.card),
                "nextAttempt": None if notice.next_attempt is None else instant_text(notice.next_attempt),
            }
        case BalanceZero():
            return {
                "kind": "balanceZero",
                "at": instant_text(notice.at),
                "overdraft": _money_json(notice.overdraft),
                "autoRecharge": notice.auto_recharge.value,
            }
        case AutoRechargePaused():
            return _paused_json(notice)
        case Refunded():
            return {"kind": "refund", **_amounts_json(notice), "hasFailed": notice.has_failed}
        case Chargeback():
            return {"kind": "chargeback", **_amounts_json(notice), "stage": notice.stage.value}
        case AutoRechargeOff():
            return {
                "kind": "autoRechargeOff",
                "at": instant_text(notice.at),
                "balance": _money_json(notice.balance),
                "reason": notice.reason.value,
            }


def _paused_json(notice: AutoRechargePaused) -> dict[str, object]:
    return {
        "kind": "autoRechargePaused",
        "at": instant_text(notice.at),
        "reason": notice.reason.value,
        "balance": _money_json(notice.balance),
        "limit": None if notice.limit is None else _money_json(notice.limit),
        "resumesAt": None if notice.resumes_at is None else instant_text(notice.resumes_at),
    }


def notice_from(facts: Mapping[str, Any]) -> Notice:
    """The notice in *facts*. ValueError when there is none, or one of a kind that only a later version knows."""
    try:
        return _READERS[facts["kind"]](facts)
    except (KeyError, TypeError, AttributeError) as error:
        message = f"not a notice: {error!r}"
        raise ValueError(message) from error


def _succeeded(facts: Mapping[str, Any]) -> Notice:
    return RechargeSucceeded(
        at=parse_instant(facts["at"]),
        amount=_money(facts["amount"]),
        balance=_money(facts["balance"]),
        card=_card(facts["card"]),
    )


def _failed(facts: Mapping[str, Any]) -> Notice:
    return RechargeFailed(
        at=parse_instant(facts["at"]),
        amount=_money(facts["amount"]),
        balance=_money(facts["balance"]),
        reason=DeclineReason(facts["reason"]),
        card=_card(facts["card"]),
        next_attempt=_instant(facts["nextAttempt"]),
    )


def _zero(facts: Mapping[str, Any]) -> Notice:
    return BalanceZero(
        at=parse_instant(facts["at"]),
        overdraft=_money(facts["overdraft"]),
        auto_recharge=AutoRecharge(facts["autoRecharge"]),
    )


def _paused(facts: Mapping[str, Any]) -> Notice:
    return AutoRechargePaused(
        at=parse_instant(facts["at"]),
        reason=PauseReason(facts["reason"]),
        balance=_money(facts["balance"]),
        limit=None if facts["limit"] is None else _money(facts["limit"]),
        resumes_at=_instant(facts["resumesAt"]),
    )


def _refunded(facts: Mapping[str, Any]) -> Notice:
    return Refunded(
        parse_instant(facts["at"]), _money(facts["amount"]), _money(facts["balance"]), bool(facts["hasFailed"])
    )


def _chargeback(facts: Mapping[str, Any]) -> Notice:
    stage = ChargebackStage(facts["stage"])
    return Chargeback(parse_instant(facts["at"]), _money(facts["amount"]), _money(facts["balance"]), stage)


def _off(facts: Mapping[str, Any]) -> Notice:
    return AutoRechargeOff(parse_instant(facts["at"]), OffReason(facts["reason"]), _money(facts["balance"]))


_READERS = {
    "rechargeSucceeded": _succeeded,
    "rechargeFailed": _failed,
    "balanceZero": _zero,
    "autoRechargePaused": _paused,
    "refund": _refunded,
    "chargeback": _chargeback,
    "autoRechargeOff": _off,
}


def _amounts_json(notice: Refunded | Chargeback) -> dict[str, object]:
    return {
        "at": instant_text(notice.at),
        "amount": _money_json(notice.amount),
        "balance": _money_json(notice.balance),
    }


def _money_json(money: Money) -> dict[str, str]:
    return {"amount": money.text, "currency": money.currency}


def _money(facts: Mapping[str, str]) -> Money:
    return Money.from_text(facts["amount"], facts["currency"])


def _card_json(card: ChargedCard | None) -> dict[str, str] | None:
    return None if card is None else {"brand": card.brand, "lastFour": card.last_four}


def _card(facts: Mapping[str, str] | None) -> ChargedCard | None:
    return None if facts is None else ChargedCard(facts["brand"], facts["lastFour"])


def _instant(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
