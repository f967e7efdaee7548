"""The catalogues: data that translators edit. Nothing is missing, no placeholder differs, no English is left."""

import re
import tomllib
from string import Formatter

import pytest
from babel import Locale

from shared.notices.account_kinds import AutoRecharge, PostUsageStage
from shared.notices.decline_reason import DeclineReason
from shared.notices.kinds import ChargebackStage, OffReason
from shared.notices.languages import LANGUAGES, WORDS, catalogue
from shared.notices.locale_formats import locale_formats
from shared.notices.recipients import Readers
from shared.notices.wording import email
from shared.plans.plan import PoolKind
from tests.rules.notices.samples import EVERY, PAUSES

TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLURALS = ("within", "minutes", "months_passed", "notices")
ENGLISH_WORDS = re.compile(
    r"\b(the|your|you|is|are|will|with|and|of|to|balance|credits|card is|not|email|calls)\b", re.IGNORECASE
)


def flat(value, path=""):
    """Every text of a catalogue by its path; plural tables as one, because languages have different forms."""
    if isinstance(value, str):
        return {path: value}
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return {name: text for key, each in pairs for name, text in flat(each, f"{path}.{key}").items()}


def words(language):
    return tomllib.loads((WORDS / f"{language}.toml").read_text("utf-8"))


def texts(language):
    data = words(language)
    return flat({name: each for name, each in data.items() if name not in (*PLURALS, "language")})


def braces(text):
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_every_language_has_a_file_and_every_file_is_a_language():
    assert sorted(path.stem for path in WORDS.iterdir()) == sorted(LANGUAGES)
    assert [catalogue(language).language for language in LANGUAGES] == list(LANGUAGES)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_missing_and_none_is_too_many(language):
    assert texts(language).keys() == texts("en").keys()
    assert all(text.strip() for text in texts(language).values())


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_placeholder_differs(language):
    english = texts("en")
    differing = {path for path, text in texts(language).items() if braces(text) != braces(english[path])}
    assert differing == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PLURALS)
def test_every_plural_form_of_the_language_is_there(language, name):
    forms = words(language)[name]
    assert set(forms) == {*Locale(language).plural_form.rules, "other"}
    assert all(braces(form) in ([], ["n"]) for form in forms.values())


@pytest.mark.parametrize(
    ("language", "number", "shown"),
    [
        ("en", 1, "1 minute"),
        ("en", 60_000, "60,000 minutes"),
        ("ja", 1, "1分"),
        ("fr", 0, "0 minute"),
        ("fr", 1, "1 minute"),
        ("fr", 2, "2 minutes"),
        ("ru", 21, "21 минуты"),
        ("ru", 3, "3 минут"),
        ("ru", 60_000, "60\u00a0000 минут"),
    ],
)
def test_a_number_takes_its_plural_form(language, number, shown):
    assert locale_formats(language, "UTC").count(catalogue(language).minutes, number) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_reason_has_a_text(language):
    found = catalogue(language)
    assert set(found.declined_because) == set(found.declined_can_do) == set(DeclineReason)
    assert set(found.low_comes_next) == set(found.low_can_do) == set(AutoRecharge)
    assert set(found.zero_comes_next) == set(found.zero_can_do) == set(AutoRecharge) - {AutoRecharge.READY}
    assert set(found.paused) == set(PAUSES)
    assert set(found.switched_off) == set(OffReason)
    assert set(found.chargeback) == set(ChargebackStage)
    assert set(found.post_usage) == set(PostUsageStage)
    assert set(found.pool_kinds) == set(PoolKind)


@pytest.mark.parametrize("language", ["ja", "ru"])
def test_no_latin_word_is_left_where_the_language_has_another_script(language):
    left = {
        path: found
        for path, text in texts(language).items()
        if not text.startswith("@") and (found := re.findall(r"[A-Za-z]{2,}", re.sub(r"\{\w+\}", "", text)))
    }
    assert left == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_english_is_left(language):
    english = texts("en")
    same = {path for path, text in texts(language).items() if text == english[path] and not text.startswith("@")}
    assert {path for path in same if re.sub(r"\{\w+\}", "", english[path]).strip(" :")} == set()
    left = {path for path, text in texts(language).items() if ENGLISH_WORDS.search(re.sub(r"\{\w+\}|@\w+", "", text))}
    assert left == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", EVERY, ids=lambda notice: type(notice).__name__)
def test_every_kind_can_be_written_in_every_language(notice, language):
    sent = email(notice, Readers(language, "Asia/Tokyo", ("a@b.c",)), "Contoso", "https://portal.example")
    assert "{" not in sent.subject + sent.text
    assert "@" not in sent.text.replace("a@b.c", "")
    assert f'<html lang="{language}">' in sent.html
    assert sent.subject.startswith(catalogue(language).brand)


def test_japanese_has_no_spaces_between_words():
    terms = re.compile("コミュニケーション クレジット|メール サービス")
    spaced = {path: text for path, text in texts("ja").items() if " " in terms.sub("", text)}
    assert spaced == {}


@pytest.mark.parametrize("notice", EVERY, ids=lambda notice: type(notice).__name__)
def test_french_punctuation_never_begins_a_line(notice):
    sent = email(notice, Readers("fr", "Europe/Paris", ("a@b.c",)), "Contoso")
    assert re.findall(r".{8} [:;!?%»].{3}", sent.text) == []
