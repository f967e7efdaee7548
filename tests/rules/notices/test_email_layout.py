"""An e-mail is whole, the same in text and HTML, and harmless, whatever names and languages there are."""

from dataclasses import fields, is_dataclass, replace
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.pause import PauseReason
from shared.notices import languages
from shared.notices.kinds import AutoRecharge, ChargedCard, DeclineReason
from shared.notices.recipients import Readers
from shared.notices.wording import SUBJECT_MAX, email
from shared.notices.wording_en import ENGLISH
from tests.rules.notices.samples import AMERICAN, EVERY, NB, Words, succeeded, zero

EVERY_KIND = pytest.mark.parametrize("notice", EVERY, ids=lambda notice: type(notice).__name__)


def test_a_language_is_one_catalogue_and_a_missing_one_falls_back_to_english(monkeypatch):
    french = replace(ENGLISH, language="fr")
    monkeypatch.setattr(languages, "CATALOGUES", {"en": ENGLISH, "fr": french})
    in_french = email(succeeded(), Readers("fr-FR", "UTC", ("a@b.c",)), "Contoso")
    assert '<html lang="fr">' in in_french.html
    assert f"50,00{NB}$US" in in_french.subject
    in_english = email(succeeded(), Readers("de-DE", "UTC", ("a@b.c",)), "Contoso")
    assert '<html lang="en">' in in_english.html
    assert "$50.00" in in_english.subject


@EVERY_KIND
@pytest.mark.parametrize("portal", ["", "https://portal.example"])
def test_every_email_is_complete(notice, portal):
    sent = email(notice, AMERICAN, "Contoso", portal)
    page = Words(sent.html)
    assert "{" not in sent.subject + sent.text
    assert "  " not in sent.text
    assert 20 < len(sent.subject) <= SUBJECT_MAX
    assert len([tag for tag, _ in page.tags if tag == "li"]) >= 1
    in_html = {word.upper() for word in page.words}
    for line in sent.text.splitlines():  # both forms have the same text
        sentence = line.removeprefix("- ").strip().upper()
        label, _, value = sentence.partition(": ")
        before_link, _, link = sentence.rpartition(" ")
        assert sentence in {"", "--", *in_html} or {label, value} <= in_html or {f"{before_link} ", link} <= in_html


@EVERY_KIND
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


def test_the_portals_address_is_escaped_in_html():
    address = 'https://portal.example/"><script>alert(1)</script>&lt;'
    page = Words(email(zero(), AMERICAN, "Contoso", address).html)
    assert ("a", address) in [(tag, attributes.get("href")) for tag, attributes in page.tags]
    assert "script" not in {tag for tag, _ in page.tags}
    assert address in page.words


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\0", "\x0b"])
def test_a_name_cannot_begin_another_header_or_line(end):
    name = f"Contoso{end}Bcc: all@contoso.com"
    sent = email(succeeded(ChargedCard(f"visa{end}x", f"1{end}2")), AMERICAN, name)
    assert "Account: Contoso Bcc: all@contoso.com" in sent.text.splitlines()
    assert sent.subject == sent.subject.splitlines()[0]
    assert sent.text.count("\n") == email(succeeded(), AMERICAN, "Contoso").text.count("\n")


def test_a_name_cannot_change_the_writing_direction():
    sent = email(succeeded(), AMERICAN, "\u202e05.1 $\u202c Contoso")
    assert "Account: 05.1 $  Contoso" in sent.text


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


@pytest.mark.parametrize("catalogue", languages.CATALOGUES.values(), ids=lambda catalogue: catalogue.language)
def test_every_catalogue_has_the_texts_and_placeholders_of_the_english_one(catalogue):
    assert braces(catalogue) == braces(ENGLISH)
    assert set(catalogue.declined_because) == set(catalogue.declined_can_do) == set(DeclineReason)
    assert set(catalogue.zero_comes_next) == set(catalogue.zero_can_do) == set(AutoRecharge)
    assert set(catalogue.paused) == set(PauseReason) - {PauseReason.BRAKE}  # the brake has an e-mail of its own


def test_the_footer_says_why_the_reader_gets_the_email():
    assert "listed as an administrator of Contoso" in email(zero(), AMERICAN, "Contoso").text
