"""The e-mails about recharges, the limits of auto-recharge and a balance of zero (R3, R4, R19)."""

from dataclasses import replace

from shared.kernel.money import Money
from shared.ledger.pause import PauseReason
from shared.notices.catalogue import Template
from shared.notices.content import Content, Tone
from shared.notices.decline_reason import DeclineReason
from shared.notices.edition import Edition
from shared.notices.kinds import AutoRechargePaused, BalanceZero, CapReached, RechargeFailed, RechargeSucceeded

WHOLE_CAP = 100
"""Per cent of a monthly cap."""


def succeeded_content(notice: RechargeSucceeded, edition: Edition) -> Content:
    """The content of the e-mail about a recharge."""
    template, labels, formats = edition.texts.succeeded, edition.texts.labels, edition.formats
    values = {"amount": formats.money(notice.amount), **edition.money_left(notice.balance)}
    facts = {
        labels.amount: values["amount"],
        labels.balance: values["balance"],
        labels.overdraft: values["overdraft"],
        labels.card: edition.card(notice.card),
        labels.charged_at: formats.time(notice.at),
    }
    is_enough = notice.balance.micros > 0
    template = replace(
        template,
        comes_next=(edition.calls(notice.balance), *template.comes_next),
        can_do=template.can_do if is_enough else edition.texts.still_no_balance,
    )
    return edition.content(template, Tone.GOOD if is_enough else Tone.WARNING, values, facts)


def failed_content(notice: RechargeFailed, edition: Edition) -> Content:
    """The content of the e-mail about a recharge that failed."""
    labels, formats = edition.texts.labels, edition.formats
    is_next_card = notice.next_attempt is not None and notice.next_attempt <= notice.at
    next_attempt = "" if notice.next_attempt is None or is_next_card else formats.time(notice.next_attempt)
    values = {
        "amount": formats.money(notice.amount),
        "next_attempt": next_attempt,
        **edition.money_left(notice.balance),
    }
    facts = {
        labels.amount: values["amount"],
        labels.balance: values["balance"],
        labels.overdraft: values["overdraft"],
        labels.card: edition.card(notice.card),
        labels.failed_at: formats.time(notice.at),
        labels.next_attempt: next_attempt,
    }
    tone = Tone.URGENT if notice.next_attempt is None else Tone.WARNING
    return edition.content(_failure(notice, edition, is_next_card=is_next_card), tone, values, facts)


def _failure(notice: RechargeFailed, edition: Edition, *, is_next_card: bool) -> Template:
    """What happens after the failure, with the reason. Without a card and a reason, no card was tried: the payment
    provider refused to begin the charge.
    """
    texts = edition.texts
    template = texts.failed_for_good if notice.next_attempt is None else texts.failed_and_tried_again
    template = texts.failed_and_next_card if is_next_card else template
    is_tried = notice.card is not None or notice.reason is not DeclineReason.GENERIC
    because = texts.declined_because[notice.reason] if is_tried else texts.no_card_tried
    return replace(
        template,
        happened=(*template.happened, because),
        comes_next=(*template.comes_next, edition.calls(notice.balance)),
        can_do=(*(texts.declined_can_do[notice.reason] if is_tried else ()), *template.can_do),
    )


def zero_content(notice: BalanceZero, edition: Edition) -> Content:
    """The content of the e-mail about a balance of zero."""
    texts, labels, formats = edition.texts, edition.texts.labels, edition.formats
    overdraft = formats.money(notice.overdraft) if notice.overdraft.micros else ""
    facts = {
        labels.balance: formats.money(Money(0, notice.overdraft.currency)),
        labels.overdraft: overdraft,
        labels.as_of: formats.time(notice.at),
    }
    template = replace(
        texts.zero,
        comes_next=(*texts.zero_comes_next[notice.auto_recharge], *texts.zero.comes_next),
        can_do=texts.zero_can_do[notice.auto_recharge],
    )
    return edition.content(template, Tone.URGENT, {"overdraft": overdraft}, facts)


def paused_content(notice: AutoRechargePaused, edition: Edition) -> Content:
    """The content of the e-mail about auto-recharge that may not charge."""
    is_charging = notice.reason is PauseReason.LARGEST_CHARGE  # it charges up to the limit, and pauses only after that
    labels, formats = edition.texts.labels, edition.formats
    values = {
        "limit": "" if notice.limit is None else formats.money(notice.limit),
        "resumes_at": "" if notice.resumes_at is None else formats.time(notice.resumes_at),
        **edition.money_left(notice.balance),
    }
    facts = {
        labels.balance: values["balance"],
        labels.overdraft: values["overdraft"],
        labels.largest_charge: values["limit"] if is_charging else "",
        labels.monthly_cap: values["limit"] if notice.reason is PauseReason.CAP else "",
        labels.as_of if is_charging else labels.paused_at: formats.time(notice.at),
        labels.resumes_at: values["resumes_at"],
    }
    template = edition.texts.paused[notice.reason]
    template = replace(template, comes_next=(*template.comes_next, edition.calls(notice.balance)))
    return edition.content(template, Tone.URGENT, values, facts)


def cap_content(notice: CapReached, edition: Edition) -> Content:
    """The content of the e-mail about the monthly cap."""
    labels, formats = edition.texts.labels, edition.formats
    is_reached = notice.level >= WHOLE_CAP
    values = {
        "level": str(notice.level),
        "recharged": formats.money(notice.recharged),
        "limit": formats.money(notice.cap),
        "resumes_at": formats.time(notice.resets_at),
    }
    facts = {
        labels.recharged: values["recharged"],
        labels.monthly_cap: values["limit"],
        labels.as_of: formats.time(notice.at),
    }
    template = edition.texts.cap_reached if is_reached else edition.texts.cap_near
    return edition.content(template, Tone.URGENT if is_reached else Tone.WARNING, values, facts)
