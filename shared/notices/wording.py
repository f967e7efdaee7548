"""A notice in its readers' words (R19). Pure: the same notice and readers give the same e-mail."""

import re
from collections.abc import Mapping
from dataclasses import replace

from shared.ledger.pause import PauseReason
from shared.notices.catalogue import Catalogue, Story
from shared.notices.content import Content, Tone
from shared.notices.email import Email
from shared.notices.kinds import (
    AutoRechargePaused,
    BalanceZero,
    ChargedCard,
    Notice,
    RechargeFailed,
    RechargeSucceeded,
)
from shared.notices.layout import html_of, text_of
from shared.notices.locale_formats import LocaleFormats, locale_formats
from shared.notices.recipients import Readers
from shared.notices.wording_en import ENGLISH

SUBJECT_MAX = 150
"""Longer subjects are cut by mail programs anyway; no outside text may make them longer."""

_CATALOGUES: Mapping[str, Catalogue] = {ENGLISH.language: ENGLISH}

# Control characters would start another header; the marks that turn the writing direction can make an amount read as
# another one.
_NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def email(notice: Notice, readers: Readers, organisation: str) -> Email:
    """Return *notice* as an e-mail to *readers*, about *organisation* (its name, or the account's id).

    In the language of the readers' locale, English where there is no catalogue of it; amounts and times in the locale's
    conventions and the readers' time zone in any case. The subject is one line whatever the names hold.
    """
    how = locale_formats(readers.locale, readers.time_zone)
    words = _CATALOGUES.get(how.locale.language, ENGLISH)
    content = _content(notice, words, how, one_line(organisation))
    return Email(
        to=readers.addresses,
        subject=one_line(content.subject)[:SUBJECT_MAX],
        text=text_of(content),
        html=html_of(content),
    )


def one_line(text: str) -> str:
    """Return *text* without anything that could end or turn a line."""
    return _NOT_IN_A_LINE.sub(" ", text).strip()


def _content(notice: Notice, words: Catalogue, how: LocaleFormats, organisation: str) -> Content:
    match notice:
        case RechargeSucceeded():
            return _succeeded(notice, words, how, organisation)
        case RechargeFailed():
            return _failed(notice, words, how, organisation)
        case BalanceZero():
            return _zero(notice, words, how, organisation)
        case AutoRechargePaused():
            return _paused(notice, words, how, organisation)


def _succeeded(notice: RechargeSucceeded, words: Catalogue, how: LocaleFormats, organisation: str) -> Content:
    said = {
        "organisation": organisation,
        "amount": how.money(notice.amount),
        "balance": how.money(notice.balance),
        "at": how.time(notice.at),
        "card": _card(notice.card, words),
    }
    labels = words.labels
    facts = {
        labels.account: said["organisation"],
        labels.amount: said["amount"],
        labels.balance: said["balance"],
        labels.card: said["card"],
        labels.charged_at: said["at"],
    }
    return _told(words, words.succeeded, Tone.GOOD, said, facts)


def _failed(notice: RechargeFailed, words: Catalogue, how: LocaleFormats, organisation: str) -> Content:
    said = {
        "organisation": organisation,
        "amount": how.money(notice.amount),
        "balance": how.money(notice.balance),
        "at": how.time(notice.at),
        "card": _card(notice.card, words),
        "next_attempt": "" if notice.next_attempt is None else how.time(notice.next_attempt),
    }
    labels = words.labels
    facts = {
        labels.account: said["organisation"],
        labels.amount: said["amount"],
        labels.balance: said["balance"],
        labels.card: said["card"],
        labels.failed_at: said["at"],
        labels.next_attempt: said["next_attempt"],
    }
    final = notice.next_attempt is None
    story = words.failed_for_good if final else words.failed_and_tried_again
    more = Story(
        subject=story.subject,
        headline=story.headline,
        happened=(*story.happened, words.declined_because[notice.reason]),
        comes_next=(
            *story.comes_next,
            words.calls_go_on if notice.balance.micros > 0 else words.calls_have_stopped,
        ),
        can_do=(*words.declined_so[notice.reason], *story.can_do),
    )
    return _told(words, more, Tone.URGENT if final else Tone.WARNING, said, facts)


def _zero(notice: BalanceZero, words: Catalogue, how: LocaleFormats, organisation: str) -> Content:
    said = {
        "organisation": organisation,
        "overdraft": how.money(notice.overdraft) if notice.overdraft.micros else "",
        "at": how.time(notice.at),
    }
    labels = words.labels
    facts = {
        labels.account: said["organisation"],
        labels.reached_zero_at: said["at"],
        labels.overdraft: said["overdraft"],
    }
    story = words.zero
    more = Story(
        subject=story.subject,
        headline=story.headline,
        happened=story.happened,
        comes_next=(*story.comes_next, *words.zero_next[notice.auto_recharge]),
        can_do=(*story.can_do, *words.zero_so[notice.auto_recharge]),
    )
    return _told(words, more, Tone.URGENT, said, facts)


def _paused(notice: AutoRechargePaused, words: Catalogue, how: LocaleFormats, organisation: str) -> Content:
    said = {
        "organisation": organisation,
        "balance": how.money(notice.balance),
        "at": how.time(notice.at),
        "limit": "" if notice.limit is None else how.money(notice.limit),
        "resumes_at": "" if notice.resumes_at is None else how.time(notice.resumes_at),
    }
    labels = words.labels
    facts = {
        labels.account: said["organisation"],
        labels.balance: said["balance"],
        labels.largest_charge: said["limit"] if notice.reason is PauseReason.LARGEST_CHARGE else "",
        labels.monthly_cap: said["limit"] if notice.reason is PauseReason.CAP else "",
        labels.paused_at: said["at"],
        labels.resumes_at: said["resumes_at"],
    }
    story = words.paused[notice.reason]
    calls = words.calls_go_on if notice.balance.micros > 0 else words.calls_have_stopped
    return _told(words, replace(story, comes_next=(*story.comes_next, calls)), Tone.URGENT, said, facts)


def _told(words: Catalogue, story: Story, tone: Tone, said: Mapping[str, str], facts: Mapping[str, str]) -> Content:
    """*story* with its braces filled by *said*, and those *facts* that have a value."""
    return Content(
        language=words.language,
        tone=tone,
        subject=story.subject.format_map(said),
        headline=story.headline.format_map(said),
        happened=tuple(sentence.format_map(said) for sentence in story.happened),
        facts=tuple((label, value) for label, value in facts.items() if value),
        comes_next_heading=words.labels.comes_next,
        comes_next=tuple(sentence.format_map(said) for sentence in story.comes_next),
        can_do_heading=words.labels.can_do,
        can_do=tuple(sentence.format_map(said) for sentence in story.can_do),
        footer=words.footer.format_map(said),
    )


def _card(card: ChargedCard | None, words: Catalogue) -> str:
    if card is None:
        return ""
    return words.card.format(brand=one_line(card.brand).capitalize(), last_four=one_line(card.last_four))
