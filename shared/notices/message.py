"""Notices as plain JSON, for a queue message. Fields may be added: readers ignore those that they do not know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.kernel.money import Money
from shared.kernel.times import instant_text, parse_instant
from shared.ledger.pause import PauseReason
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
    ChargebackStage,
    ChargedCard,
    DeclineReason,
    MoneyBackNotice,
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
        case CapReached():
            return _cap_json(notice)
        case AuthenticationNeeded() | AutoRechargeOff() | CardExpires():
            return _card_notice_json(notice)
        case Refunded() | Chargeback():
            return _money_back_json(notice)


def _money_back_json(notice: MoneyBackNotice) -> dict[str, object]:
    is_refund = isinstance(notice, Refunded)
    amounts = {"amount": _money_json(notice.amount), "balance": _money_json(notice.balance)}
    outcome = {"hasFailed": notice.has_failed} if isinstance(notice, Refunded) else {"stage": notice.stage.value}
    return {
        "kind": "refund" if is_refund else "chargeback",
        "at": instant_text(notice.at),
        **amounts,
        **outcome,
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


def _cap_json(notice: CapReached) -> dict[str, object]:
    return {
        "kind": "capReached",
        "at": instant_text(notice.at),
        "level": notice.level,
        "recharged": _money_json(notice.recharged),
        "cap": _money_json(notice.cap),
        "resetsAt": instant_text(notice.resets_at),
    }


def _card_notice_json(notice: CardNotice) -> dict[str, object]:
    match notice:
        case AuthenticationNeeded():
            return {
                "kind": "authenticationNeeded",
                "at": instant_text(notice.at),
                "amount": _money_json(notice.amount),
                "balance": _money_json(notice.balance),
                "card": _card_json(notice.card),
                "nextAttempt": None if notice.next_attempt is None else instant_text(notice.next_attempt),
            }
        case AutoRechargeOff():
            return {"kind": "autoRechargeOff", "at": instant_text(notice.at), "why": notice.why.value}
        case CardExpires():
            return {
                "kind": "cardExpires",
                "at": instant_text(notice.at),
                "card": _card_json(notice.card),
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


def _cap_reached(facts: Mapping[str, Any]) -> Notice:
    return CapReached(
        at=parse_instant(facts["at"]),
        level=facts["level"],
        recharged=_money(facts["recharged"]),
        cap=_money(facts["cap"]),
        resets_at=parse_instant(facts["resetsAt"]),
    )


def _authentication(facts: Mapping[str, Any]) -> Notice:
    return AuthenticationNeeded(
        at=parse_instant(facts["at"]),
        amount=_money(facts["amount"]),
        balance=_money(facts["balance"]),
        card=_card(facts["card"]),
        next_attempt=_instant(facts["nextAttempt"]),
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
    "refund": _refunded,
    "chargeback": _chargeback,
    "capReached": _cap_reached,
    "authenticationNeeded": _authentication,
    "autoRechargeOff": _off,
    "cardExpires": _expires,
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
