import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.money import MICROS, Money
from shared.ledger.pause import PauseReason
from shared.notices import wording
from shared.notices.kinds import (
    AutoRecharge,
    AutoRechargePaused,
    BalanceZero,
    ChargedCard,
    DeclineReason,
    RechargeFailed,
    RechargeSucceeded,
)
from shared.notices.recipients import Readers
from shared.notices.wording import SUBJECT_MAX, email
from shared.notices.wording_en import ENGLISH

AT = datetime(2026, 11, 22, 7, 31, 5, tzinfo=UTC)
VISA = ChargedCard("visa", "4242")
AMERICAN = Readers("en-US", "America/New_York", ("ann@contoso.com", "bo@contoso.com"))
NB = "\u00a0"


def dollars(amount):
    return Money(int(Decimal(amount) * MICROS), "USD")


def succeeded(card=VISA):
    return RechargeSucceeded(AT, dollars("50"), dollars("61.234567"), card)


def failed(reason=DeclineReason.INSUFFICIENT_FUNDS, balance="3.2", next_attempt=AT + timedelta(hours=1), card=VISA):
    return RechargeFailed(AT, dollars("50"), dollars(balance), reason, card, next_attempt)


def zero(overdraft="0", auto_recharge=AutoRecharge.OFF):
    return BalanceZero(AT, dollars(overdraft), auto_recharge)


def paused(reason=PauseReason.LARGEST_CHARGE):
    limit = None if reason is PauseReason.TOO_MANY_LOTS else dollars("250")
    until = AT + timedelta(days=9) if reason is PauseReason.CAP else None
    return AutoRechargePaused(AT, reason, dollars("3.2"), limit, until)


EVERY = [
    succeeded(),
    succeeded(card=None),
    *(failed(reason) for reason in DeclineReason),
    *(failed(reason, next_attempt=None, balance="0") for reason in DeclineReason),
    *(zero(overdraft, state) for overdraft in ("0", "0.0013") for state in AutoRecharge),
    *(paused(reason) for reason in PauseReason),
]


class Words(HTMLParser):
    """The visible text of the HTML, and its tags."""

    def __init__(self, html):
        super().__init__()
        self.words, self.tags, self._depth = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self._depth.append(tag)

    def handle_endtag(self, tag):
        assert self._depth.pop() == tag

    def handle_data(self, data):
        if "body" in self._depth and data.strip():
            self.words.append(data)


def text_of(notice, readers=AMERICAN, organisation="Contoso"):
    return email(notice, readers, organisation).text


def test_the_email_about_a_recharge_contains_the_charge_and_the_balance():
    sent = email(succeeded(), AMERICAN, "Contoso")
    assert sent.to == AMERICAN.addresses
    assert sent.subject == "Communications Credits: recharged with $50.00"
    assert "Auto-recharge has added $50.00 to your Communications Credits. The balance is now $61.23." in sent.text
    assert "Card: Visa ending in 4242" in sent.text
    assert f"Charged: November 22, 2026, 2:31{NB}AM (UTC-05:00)" in sent.text


def test_an_unknown_card_is_not_mentioned():
    assert "Card:" not in text_of(succeeded(card=None))


def test_the_email_about_a_failed_recharge_explains_reason_next_try_and_remedy():
    sent = email(failed(), AMERICAN, "Contoso")
    assert sent.subject == "Communications Credits: recharge of $50.00 failed, we will try again"
    assert "The card did not have enough funds." in sent.text
    assert f"We will try again on November 22, 2026, 3:31{NB}AM (UTC-05:00)." in sent.text
    assert "Calls go on while the balance of $3.20 lasts." in sent.text
    assert "- See that the card has enough funds for the next attempt." in sent.text


def test_the_email_about_a_final_decline_asks_for_action():
    sent = email(failed(DeclineReason.EXPIRED_CARD, next_attempt=None), AMERICAN, "Contoso")
    assert sent.subject == "Communications Credits: recharge of $50.00 failed, please act"
    assert "The card has expired." in sent.text
    assert "We will not try again until you act." in sent.text
    assert "Next attempt" not in sent.text
    assert "Your products → Communications Credits → Billing settings → Edit auto-recharge settings" in sent.text


@pytest.mark.parametrize(("balance", "stopped"), [("0.000001", False), ("0", True), ("-1", True)])
def test_the_email_says_that_calls_continue_only_while_there_is_a_balance(balance, stopped):
    text = text_of(failed(balance=balance))
    assert ("No balance is left" in text) is stopped
    assert ("Calls go on while" in text) is not stopped


@pytest.mark.parametrize("reason", [DeclineReason.LOST_CARD, DeclineReason.STOLEN_CARD])
@pytest.mark.parametrize("next_attempt", [None, AT])
def test_the_email_does_not_say_that_a_card_is_reported_lost_or_stolen(reason, next_attempt):
    sent = email(failed(reason, next_attempt=next_attempt), AMERICAN, "Contoso")
    assert not re.search("lost|stolen", sent.subject + sent.text + sent.html, re.IGNORECASE)


def test_the_email_about_zero_says_what_stops_and_what_continues():
    text = text_of(zero())
    assert "What stops: calls to your toll-free numbers" in text
    assert "emergency calls, which are never refused and never charged" in text
    assert "Overdraft" not in text


def test_even_a_fraction_of_a_cent_of_overdraft_is_shown():
    assert "Overdraft: $0.0013" in text_of(zero("0.0013"))


@pytest.mark.parametrize(
    ("state", "next_step"),
    [
        (AutoRecharge.OFF, "Switch auto-recharge on"),
        (AutoRecharge.UNDER_WAY, "Wait a few minutes"),
        (AutoRecharge.DECLINED, "Replace the card"),
    ],
)
def test_the_advice_at_zero_depends_on_the_state_of_auto_recharge(state, next_step):
    assert next_step in text_of(zero(auto_recharge=state))


@pytest.mark.parametrize(
    ("readers", "amount", "time"),
    [
        (Readers("en-GB", "Europe/London", ("a@b.c",)), "US$50.00", "22 November 2026, 07:31 (UTC)"),
        (Readers("ja", "Asia/Tokyo", ("a@b.c",)), "$50.00", "2026年11月22日 16:31 (UTC+09:00)"),
        (Readers("fr", "Europe/Paris", ("a@b.c",)), f"50,00{NB}$US", "22 novembre 2026, 08:31 (UTC+01:00)"),
        (Readers("ru", "Europe/Moscow", ("a@b.c",)), f"50,00{NB}$", f"22 ноября 2026{NB}\u0433., 10:31 (UTC+03:00)"),
        (Readers("klingon", "Mars", ("a@b.c",)), "$50.00", f"November 22, 2026, 7:31{NB}AM (UTC)"),
    ],
)
def test_amounts_and_times_follow_the_recipients_locale_in_every_language(readers, amount, time):
    sent = email(succeeded(), readers, "Contoso")
    for words in (sent.text, "\n".join(Words(sent.html).words)):
        assert amount in words
        assert time in words


def test_yen_are_shown_without_decimals():
    notice = RechargeSucceeded(AT, Money.parse("7500", "JPY"), Money.parse("8000", "JPY"), None)
    assert "￥7,500" in email(notice, Readers("ja", "Asia/Tokyo", ("a@b.c",)), "Contoso").subject


def test_a_language_is_one_catalogue_and_a_missing_one_falls_back_to_english(monkeypatch):
    esperanto = ENGLISH.__class__(
        **{each.name: getattr(ENGLISH, each.name) for each in fields(ENGLISH)} | {"language": "eo"}
    )
    monkeypatch.setattr(wording, "_CATALOGUES", {"en": ENGLISH, "eo": esperanto})
    assert '<html lang="eo">' in email(zero(), Readers("eo", "UTC", ("a@b.c",)), "Contoso").html
    assert '<html lang="en">' in email(zero(), Readers("fr", "UTC", ("a@b.c",)), "Contoso").html


@pytest.mark.parametrize("notice", EVERY, ids=lambda notice: type(notice).__name__)
def test_every_email_is_complete(notice):
    sent = email(notice, AMERICAN, "Contoso")
    page = Words(sent.html)
    assert "{" not in sent.subject + sent.text
    assert "  " not in sent.text
    assert 20 < len(sent.subject) <= SUBJECT_MAX
    assert len([tag for tag, _ in page.tags if tag == "li"]) >= 1
    in_html = {word.upper() for word in page.words}
    for line in sent.text.splitlines():  # both forms have the same text
        sentence = line.removeprefix("- ").strip().upper()
        label, _, value = sentence.partition(": ")
        assert sentence in {"", "--", *in_html} or {label, value} <= in_html


@pytest.mark.parametrize("notice", EVERY, ids=lambda notice: type(notice).__name__)
def test_the_html_loads_nothing_and_runs_nothing(notice):
    page = Words(email(notice, AMERICAN, "Contoso").html)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "a", "form", "style"}
    assert not {name for _, attributes in page.tags for name in attributes} & {"src", "href", "background", "onload"}
    assert all("url(" not in (attributes.get("style") or "") for _, attributes in page.tags)


def test_names_are_escaped_in_html():
    name = "<script>alert(1)</script> & \"Söhne\" '<b>' {amount}"
    sent = email(succeeded(ChargedCard("<i>", "&lt;")), AMERICAN, name)
    page = Words(sent.html)
    assert name in page.words
    assert not {"script", "b", "i"} & {tag for tag, _ in page.tags}
    assert "<I> ending in &lt;".lower() in [word.lower() for word in page.words]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\0", "\x0b"])
def test_a_name_cannot_begin_another_header_or_line(end):
    name = f"Contoso{end}Bcc: all@contoso.com"
    sent = email(succeeded(ChargedCard(f"visa{end}x", f"1{end}2")), AMERICAN, name)
    assert "Account: Contoso Bcc: all@contoso.com" in sent.text.splitlines()
    assert sent.subject == sent.subject.splitlines()[0]
    assert sent.text.count("\n") == email(succeeded(), AMERICAN, "Contoso").text.count("\n")


def test_a_name_cannot_change_the_writing_direction():
    assert "Account: 05.1 $  Contoso" in text_of(succeeded(), organisation="\u202e05.1 $\u202c Contoso")


@given(st.sampled_from(EVERY), st.text(max_size=300), st.text(max_size=30), st.text(max_size=30))
def test_the_subject_has_one_line_with_any_name(notice, organisation, locale, zone):
    sent = email(notice, Readers(locale, zone, ("a@b.c",)), organisation)
    assert len(sent.subject.splitlines()) == 1
    assert len(sent.subject) <= SUBJECT_MAX
    Words(sent.html)


def braces(value):
    """Each template of a catalogue with its place and its placeholders."""
    if isinstance(value, str):
        return [{name for _, name, _, _ in Formatter().parse(value) if name is not None}]
    if is_dataclass(value):
        return [found for each in fields(value) for found in braces(getattr(value, each.name))]
    each = value.values() if hasattr(value, "values") else value
    return [{name for part in each for found in braces(part) for name in found}]


@pytest.mark.parametrize("catalogue", wording._CATALOGUES.values(), ids=lambda catalogue: catalogue.language)
def test_every_catalogue_has_the_texts_and_placeholders_of_the_english_one(catalogue):
    assert braces(catalogue) == braces(ENGLISH)
    assert set(catalogue.declined_because) == set(catalogue.declined_so) == set(DeclineReason)
    assert set(catalogue.zero_next) == set(catalogue.zero_so) == set(AutoRecharge)
    assert set(catalogue.paused) == set(PauseReason)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (PauseReason.LARGEST_CHARGE, ("largest charge is too small", "Raise the largest charge", "$250.00")),
        (PauseReason.CAP, ("monthly cap of $250.00", "charges again on December 1, 2026", "Raise the monthly cap")),
        (PauseReason.TOO_MANY_LOTS, ("as many separate amounts", "charges again by itself", "larger recharge amount")),
    ],
)
def test_the_email_about_a_pause_explains_reason_end_and_remedy(reason, words):
    sent = email(paused(reason), AMERICAN, "Contoso")
    for each in words:
        assert each in f"{sent.subject}\n{sent.text}"
    assert "Calls go on while the balance of $3.20 lasts." in sent.text
    nothing_left = email(replace(paused(reason), balance=dollars("-4")), AMERICAN, "Contoso")
    assert "No balance is left" in nothing_left.text
