"""A notice as an e-mail in its readers' language (R19). Pure: the same notice and readers give the same e-mail."""

from collections.abc import Sequence
from dataclasses import replace

from shared.notices.account_kinds import (
    ExpiryAhead,
    LowBalance,
    MonthlyStatement,
    PoolLevel,
    PostUsage,
    Recovered,
    Review,
)
from shared.notices.account_wording import account_content
from shared.notices.brake_notice import Braked
from shared.notices.brake_wording import brake_content
from shared.notices.card_wording import card_content
from shared.notices.content import Content, Tone
from shared.notices.edition import Edition, one_line
from shared.notices.email import Email
from shared.notices.kinds import (
    AuthenticationNeeded,
    AutoRechargeOff,
    AutoRechargePaused,
    BalanceZero,
    CapReached,
    CardExpires,
    Chargeback,
    RechargeFailed,
    RechargeSucceeded,
    Refunded,
)
from shared.notices.languages import catalogue_of, written_locale
from shared.notices.layout import html_of, text_of
from shared.notices.locale_formats import locale_formats
from shared.notices.money_back_wording import money_back_content
from shared.notices.notice import INFORMATIVE, Notice, kind_of
from shared.notices.recharge_wording import cap_content, failed_content, paused_content, succeeded_content, zero_content
from shared.notices.recipients import Readers

SUBJECT_MAX = 150
"""Mail programs cut longer subjects anyway. A long name must not make a subject longer."""


def email(
    notice: Notice, readers: Readers, organisation: str, portal: str = "", undeliverable: tuple[str, ...] = ()
) -> Email:
    """*notice* as an e-mail to *readers*, about *organisation* (its name, or the account's id). *portal* is the address
    where the organisation manages its account, if there is one. *undeliverable*: addresses to which nothing is sent.

    Amounts and times have the formats of the language that is written, and the readers' time zone. The subject is one
    line even if a name has line breaks.
    """
    edition = _edition(readers, organisation, portal)
    content = replace(_content(notice, edition), remark=edition.remark(undeliverable))
    unsubscribe = portal if kind_of(notice) in INFORMATIVE else ""
    return _email(content, (content,), readers, unsubscribe)


def digest(
    notices: Sequence[Notice],
    readers: Readers,
    organisation: str,
    portal: str = "",
    undeliverable: tuple[str, ...] = (),
) -> Email:
    """Several *notices* in one e-mail, in their order. Otherwise like `email`."""
    edition = _edition(readers, organisation, portal)
    contents = [_content(notice, edition) for notice in notices]
    tone = max((content.tone for content in contents), key=list(Tone).index)
    values = {"notices": edition.formats.count(edition.texts.notices, len(notices))}
    frame = edition.content(edition.texts.digest, tone, values, {})
    frame = replace(frame, remark=edition.remark(undeliverable), facts=())
    return _email(frame, (frame, *contents), readers, "")


def _edition(readers: Readers, organisation: str, portal: str) -> Edition:
    locale = written_locale(readers.locale)
    formats = locale_formats(locale, readers.time_zone)
    return Edition(catalogue_of(locale), formats, one_line(organisation), portal)


def _email(frame: Content, notices: Sequence[Content], readers: Readers, unsubscribe: str) -> Email:
    return Email(
        to=readers.addresses,
        subject=one_line(frame.subject)[:SUBJECT_MAX],
        text=text_of(frame, notices),
        html=html_of(frame, notices),
        unsubscribe=unsubscribe,
    )


def _content(notice: Notice, edition: Edition) -> Content:  # noqa: PLR0911 - one for each kind
    match notice:
        case RechargeSucceeded():
            return succeeded_content(notice, edition)
        case RechargeFailed():
            return failed_content(notice, edition)
        case BalanceZero():
            return zero_content(notice, edition)
        case AutoRechargePaused():
            return paused_content(notice, edition)
        case CapReached():
            return cap_content(notice, edition)
        case AuthenticationNeeded() | AutoRechargeOff() | CardExpires():
            return card_content(notice, edition)
        case Refunded() | Chargeback():
            return money_back_content(notice, edition)
        case Braked():
            return brake_content(notice, edition)
        case LowBalance() | Recovered() | ExpiryAhead() | PoolLevel() | PostUsage() | Review() | MonthlyStatement():
            return account_content(notice, edition)
