"""Notices as plain JSON, for a queue message. Fields may be added: readers ignore those that they do not know."""

from collections.abc import Mapping
from typing import Any

from shared.kernel.times import instant_text, parse_instant
from shared.ledger.pause import PauseReason
from shared.notices.brake_message import braked_from, braked_json
from shared.notices.brake_notice import Braked
from shared.notices.kinds import (
    AuthenticationNeeded,
    AutoRecharge,
    AutoRechargeOff,
    AutoRechargePaused,
    BalanceZero,
    CapReached,
    CardExpires,
    CardNotice,
    Chargeback,
    ChargedCard,
    DeclineReason,
    Notice,
    OffReason,
    RechargeFailed,
    RechargeSucceeded,
    Refunded,
)
from shared.notices.message_values import card_from, card_json, instant_from, money_from, money_json
from shared.notices.money_back_message import chargeback_from, money_back_json, refunded_from


def notice_json(notice: Notice) -> dict[str, object]:  # noqa: PLR0911 - one for each kind
    """*notice* as plain JSON, its kind under "kind". `notice_from` reads it."""
    match notice:
        case RechargeSucceeded():
            return {
                "kind": "rechargeSucceeded",
                "at": instant_text(notice.at),
                "amount": money_json(notice.amount),
                "balance": money_json(notice.balance),
                "card": card_json(notice.card),
            }
        case RechargeFailed():
            return {
                "kind": "rechargeFailed",
                "at": instant_text(notice.at),
                "amount": money_json(notice.amount),
                "balance": money_json(notice.balance),
                "reason": notice.reason.value,
                "card": card_json(notice.card),
                "nextAttempt": None if notice.next_attempt is None else instant_text(notice.next_attempt),
            }
        case BalanceZero():
            return {
                "kind": "balanceZero",
                "at": instant_text(notice.at),
                "overdraft": money_json(notice.overdraft),
                "autoRecharge": notice.auto_recharge.value,
            }
        case AutoRechargePaused():
            return _paused_json(notice)
        case CapReached():
            return _cap_json(notice)
        case AuthenticationNeeded() | AutoRechargeOff() | CardExpires():
            return _card_notice_json(notice)
        case Refunded() | Chargeback():
            return money_back_json(notice)
        case Braked():
            return braked_json(notice)


def _paused_json(notice: AutoRechargePaused) -> dict[str, object]:
    return {
        "kind": "autoRechargePaused",
        "at": instant_text(notice.at),
        "reason": notice.reason.value,
        "balance": money_json(notice.balance),
        "limit": None if notice.limit is None else money_json(notice.limit),
        "resumesAt": None if notice.resumes_at is None else instant_text(notice.resumes_at),
    }


def _cap_json(notice: CapReached) -> dict[str, object]:
    return {
        "kind": "capReached",
        "at": instant_text(notice.at),
        "level": notice.level,
        "recharged": money_json(notice.recharged),
        "cap": money_json(notice.cap),
        "resetsAt": instant_text(notice.resets_at),
    }


def _card_notice_json(notice: CardNotice) -> dict[str, object]:
    match notice:
        case AuthenticationNeeded():
            return {
                "kind": "authenticationNeeded",
                "at": instant_text(notice.at),
                "amount": money_json(notice.amount),
                "balance": money_json(notice.balance),
                "card": card_json(notice.card),
                "nextAttempt": None if notice.next_attempt is None else instant_text(notice.next_attempt),
            }
        case AutoRechargeOff():
            return {"kind": "autoRechargeOff", "at": instant_text(notice.at), "why": notice.why.value}
        case CardExpires():
            return {
                "kind": "cardExpires",
                "at": instant_text(notice.at),
                "card": card_json(notice.card),
                "expiry": notice.expiry,
                "days": notice.days,
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
        amount=money_from(facts["amount"]),
        balance=money_from(facts["balance"]),
        card=card_from(facts["card"]),
    )


def _failed(facts: Mapping[str, Any]) -> Notice:
    return RechargeFailed(
        at=parse_instant(facts["at"]),
        amount=money_from(facts["amount"]),
        balance=money_from(facts["balance"]),
        reason=DeclineReason(facts["reason"]),
        card=card_from(facts["card"]),
        next_attempt=instant_from(facts["nextAttempt"]),
    )


def _zero(facts: Mapping[str, Any]) -> Notice:
    return BalanceZero(
        at=parse_instant(facts["at"]),
        overdraft=money_from(facts["overdraft"]),
        auto_recharge=AutoRecharge(facts["autoRecharge"]),
    )


def _paused(facts: Mapping[str, Any]) -> Notice:
    return AutoRechargePaused(
        at=parse_instant(facts["at"]),
        reason=PauseReason(facts["reason"]),
        balance=money_from(facts["balance"]),
        limit=None if facts["limit"] is None else money_from(facts["limit"]),
        resumes_at=instant_from(facts["resumesAt"]),
    )


def _cap_reached(facts: Mapping[str, Any]) -> Notice:
    return CapReached(
        at=parse_instant(facts["at"]),
        level=facts["level"],
        recharged=money_from(facts["recharged"]),
        cap=money_from(facts["cap"]),
        resets_at=parse_instant(facts["resetsAt"]),
    )


def _authentication(facts: Mapping[str, Any]) -> Notice:
    return AuthenticationNeeded(
        at=parse_instant(facts["at"]),
        amount=money_from(facts["amount"]),
        balance=money_from(facts["balance"]),
        card=card_from(facts["card"]),
        next_attempt=instant_from(facts["nextAttempt"]),
    )


def _off(facts: Mapping[str, Any]) -> Notice:
    return AutoRechargeOff(at=parse_instant(facts["at"]), why=OffReason(facts["why"]))


def _expires(facts: Mapping[str, Any]) -> Notice:
    card = ChargedCard(facts["card"]["brand"], facts["card"]["lastFour"])
    return CardExpires(parse_instant(facts["at"]), card, str(facts["expiry"]), int(facts["days"]))


_READERS = {
    "rechargeSucceeded": _succeeded,
    "rechargeFailed": _failed,
    "balanceZero": _zero,
    "autoRechargePaused": _paused,
    "refund": refunded_from,
    "chargeback": chargeback_from,
    "capReached": _cap_reached,
    "authenticationNeeded": _authentication,
    "autoRechargeOff": _off,
    "cardExpires": _expires,
    "brake": braked_from,
}
