"""The notices of refunds and chargebacks in messages of the queue `notices`."""

from collections.abc import Mapping
from typing import Any

from shared.kernel.times import instant_text, parse_instant
from shared.notices.kinds import Chargeback, ChargebackStage, MoneyBackNotice, Refunded
from shared.notices.message_values import money_from, money_json


def money_back_json(notice: MoneyBackNotice) -> dict[str, object]:
    """The notice as plain JSON."""
    is_refund = isinstance(notice, Refunded)
    amounts = {"amount": money_json(notice.amount), "balance": money_json(notice.balance)}
    outcome = {"hasFailed": notice.has_failed} if isinstance(notice, Refunded) else {"stage": notice.stage.value}
    return {
        "kind": "refund" if is_refund else "chargeback",
        "at": instant_text(notice.at),
        **amounts,
        **outcome,
    }


def refunded_from(facts: Mapping[str, Any]) -> Refunded:
    """The notice of a refund in plain JSON."""
    return Refunded(
        parse_instant(facts["at"]), money_from(facts["amount"]), money_from(facts["balance"]), bool(facts["hasFailed"])
    )


def chargeback_from(facts: Mapping[str, Any]) -> Chargeback:
    """The notice of a chargeback in plain JSON."""
    stage = ChargebackStage(facts["stage"])
    return Chargeback(parse_instant(facts["at"]), money_from(facts["amount"]), money_from(facts["balance"]), stage)
