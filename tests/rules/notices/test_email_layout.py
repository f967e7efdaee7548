"""An e-mail is whole, the same in text and HTML, and harmless, whatever names and languages there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.notices.kinds import ChargedCard
from shared.notices.languages import LANGUAGES
from shared.notices.recipients import Readers
from shared.notices.wording import SUBJECT_MAX, digest, email
from tests.rules.notices.samples import AMERICAN, CHAIN, EVERY, NB, Words, statement, succeeded, zero

EVERY_KIND = pytest.mark.parametrize("notice", EVERY, ids=lambda notice: type(notice).__name__)


def test_a_language_without_a_catalogue_falls_back_to_english():
    in_french = email(succeeded(), Readers("fr-FR", "UTC", ("a@b.c",)), "Contoso")
    assert '<html lang="fr">' in in_french.html
    assert f"50,00{NB}$US" in in_french.subject
    in_english = email(succeeded(), Readers("de-DE", "UTC", ("a@b.c",)), "Contoso")
    assert '<html lang="en">' in in_english.html
    assert "$50.00" in in_english.subject


@EVERY_KIND
def test_an_old_mail_program_without_style_sheets_shows_every_colour(notice):
    html = email(notice, AMERICAN, "Contoso").html
    assert '<table role="presentation" class="card" style="' in html or 'style="width: 100%' in html
    page = Words(html)
    for tag, attributes in page.tags:
        assert tag not in {"p", "th", "h1", "h2", "li", "body"} or attributes.get("style"), tag


def test_a_dark_theme_overrides_the_inlined_colours():
    html = email(zero(), AMERICAN, "Contoso").html
    dark = html.partition("@media (prefers-color-scheme: dark)")[2].partition("</style>")[0]
    assert dark.count("!important") >= 6
    assert '<meta name="color-scheme" content="light dark">' in html


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
    html = email(notice, AMERICAN, "Contoso").html
    page = Words(html)
    assert "url(" not in html
    assert "@import" not in html
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "a", "form"}
    assert not {name for _, attributes in page.tags for name in attributes} & {"src", "href", "background", "onload"}


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


def test_the_footer_says_why_the_reader_gets_the_email():
    assert "listed as an administrator of Contoso" in email(zero(), AMERICAN, "Contoso").text


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_chain_and_the_command_are_lines_of_their_own_to_copy_whole(locale):
    readers = Readers(locale, "UTC", ("a@b.c",))
    command = f"python3 verify_statement.py statement-2026-10.proof {CHAIN}"
    for sent in (email(statement(), readers, "Contoso"), digest([zero(), statement()], readers, "Contoso")):
        assert [line for line in sent.text.splitlines() if CHAIN in line] == [CHAIN, command]
        page = Words(sent.html)
        assert [word for word in page.words if CHAIN in word] == [CHAIN, command]
        styles = [attributes["style"] for tag, attributes in page.tags if tag == "code"]
        assert len(styles) == 2
        assert all("monospace" in style for style in styles)
