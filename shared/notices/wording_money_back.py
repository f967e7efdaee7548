"""The e-mails about refunds and chargebacks, and that auto-recharge was switched off (R6)."""

from shared.notices.catalogue import Template
from shared.notices.content import Content, Tone
from shared.notices.edition import Edition
from shared.notices.kinds import AutoRechargeOff, Chargeback, ChargebackStage, Refunded


def refunded(notice: Refunded, edition: Edition) -> Content:
    """The content of the e-mail about a refund that succeeded or failed."""
    template = edition.texts.refund_failed if notice.has_failed else edition.texts.refunded
    return _content(notice, template, edition, Tone.WARNING if notice.has_failed else Tone.GOOD)


def chargeback(notice: Chargeback, edition: Edition) -> Content:
    """The content of the e-mail about a disputed payment."""
    tone = Tone.GOOD if notice.stage is ChargebackStage.WON else Tone.URGENT
    return _content(notice, edition.texts.chargeback[notice.stage], edition, tone)


def _content(notice: Refunded | Chargeback, template: Template, edition: Edition, tone: Tone) -> Content:
    labels, formats = edition.texts.labels, edition.formats
    values = {"amount": formats.money(notice.amount), **edition.money_left(notice.balance)}
    facts = {
        labels.amount: values["amount"],
        labels.balance: values["balance"],
        labels.overdraft: values["overdraft"],
        labels.as_of: formats.time(notice.at),
    }
    return edition.content(template, tone, values, facts)


def auto_recharge_off(notice: AutoRechargeOff, edition: Edition) -> Content:
    """The content of the e-mail that says why the service has switched auto-recharge off."""
    labels, values = edition.texts.labels, edition.money_left(notice.balance)
    facts = {
        labels.balance: values["balance"],
        labels.overdraft: values["overdraft"],
        labels.as_of: edition.formats.time(notice.at),
    }
    return edition.content(edition.texts.auto_recharge_off[notice.reason], Tone.WARNING, values, facts)
