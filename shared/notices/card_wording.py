"""The e-mails about stored cards: a card needs its holder or expires, auto-recharge has no card left (R5)."""

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from shared.notices.content import Content, Tone
from shared.notices.edition import Edition
from shared.notices.kinds import AuthenticationNeeded, AutoRechargeOff, CardExpires, CardNotice

CONFIRM_CARD = "confirm-card"
"""The page, under the portal's address, on which a holder confirms a card with the bank."""


def card_content(notice: CardNotice, edition: Edition) -> Content:
    """The content of an e-mail about a card."""
    match notice:
        case AuthenticationNeeded():
            return _authentication_needed(notice, edition)
        case AutoRechargeOff():
            return _switched_off(notice, edition)
        case CardExpires():
            return _card_expires(notice, edition)


def _authentication_needed(notice: AuthenticationNeeded, edition: Edition) -> Content:
    """The bank wants the holder. The link leads to the page on which the holder confirms."""
    texts, labels, formats = edition.texts, edition.texts.labels, edition.formats
    values = {"amount": formats.money(notice.amount), **edition.money_left(notice.balance)}
    facts = {
        labels.amount: values["amount"],
        labels.balance: values["balance"],
        labels.overdraft: values["overdraft"],
        labels.card: edition.card(notice.card),
        labels.failed_at: formats.time(notice.at),
    }
    follows = texts.waits_for_holder if notice.next_attempt is None else texts.next_card_meanwhile
    template = replace(texts.authentication_needed, comes_next=(follows, edition.calls(notice.balance)))
    tone = Tone.URGENT if notice.next_attempt is None else Tone.WARNING
    content = edition.content(template, tone, values, facts)
    page = confirmation_page(edition.portal)
    manage = texts.confirm_in_portal.format(page=page) if page else texts.confirm_elsewhere
    return replace(content, manage=manage, portal=page)


def confirmation_page(portal: str) -> str:
    """The address of the page on which a holder confirms a card; empty where there is no portal."""
    if not portal:
        return ""
    parts = urlsplit(portal)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{CONFIRM_CARD}"))


def _switched_off(notice: AutoRechargeOff, edition: Edition) -> Content:
    facts = {edition.texts.labels.as_of: edition.formats.time(notice.at)}
    return edition.content(edition.texts.switched_off[notice.why], Tone.URGENT, {}, facts)


def _card_expires(notice: CardExpires, edition: Edition) -> Content:
    """A card expires soon. Its month is written as on the card."""
    year, month = notice.expiry.split("-")
    values = {"card": edition.card(notice.card), "expiry": f"{month}/{year}"}
    facts = {edition.texts.labels.card: values["card"], edition.texts.labels.expires: values["expiry"]}
    return edition.content(edition.texts.card_expires, Tone.WARNING, values, facts)
