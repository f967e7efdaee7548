"""The e-mails about refunds and chargebacks (R6)."""

from shared.notices.catalogue import Template
from shared.notices.content import Content, Tone
from shared.notices.edition import Edition
from shared.notices.kinds import Chargeback, ChargebackStage, Refunded


def money_back_content(notice: Refunded | Chargeback, edition: Edition) -> Content:
    """The content of the e-mail about a refund that succeeded or failed, or about a disputed payment."""
    return _refunded(notice, edition) if isinstance(notice, Refunded) else _chargeback(notice, edition)


def _refunded(notice: Refunded, edition: Edition) -> Content:
    template = edition.texts.refund_failed if notice.has_failed else edition.texts.refunded
    return _content(notice, template, edition, Tone.WARNING if notice.has_failed else Tone.GOOD)


def _chargeback(notice: Chargeback, edition: Edition) -> Content:
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
