"""The language of an e-mail, and the locale whose formats it has (CONTRACT 2.4).

Amounts and dates have the formats of the language that is written: "1.234" is one thing in a German sentence and
another in an English one.
"""

import tomllib
from functools import cache
from pathlib import Path

from shared.kernel.plain_data import record_from
from shared.notices.catalogue import Catalogue
from shared.notices.locale_formats import LOCALE, decimal_mark, known_locale
from shared.notices.typography import typeset

LANGUAGES = ("en", "fr", "ja", "ru")
"""The languages that have a catalogue."""

HOME = {"en": "US", "fr": "FR", "ja": "JP", "ru": "RU"}
"""The region whose formats a language has where no region is named (CLDR's likely subtags)."""

WORDS = Path(__file__).with_name("words")
"""One file for each language, which a translator can edit."""


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of one of `LANGUAGES`."""
    data = tomllib.loads((WORDS / f"{language}.toml").read_text("utf-8"))
    return record_from(Catalogue, typeset(data, data.pop("phrases"), language), camel=False)


def catalogue_of(locale: str) -> Catalogue:
    """The catalogue of the locale's language; the English one where the language has none."""
    return catalogue(language_of(locale))


def language_of(locale: str) -> str:
    """The language that is written to readers of *locale*: one of `LANGUAGES`."""
    known = known_locale(locale)
    return known.language if known is not None and known.language in LANGUAGES else LOCALE


def written_locale(locale: str) -> str:
    """The locale whose formats go with the language that is written to readers of *locale*.

    It is *locale* itself ("en-GB" keeps its order of dates), but English where no catalogue has its language. It is the
    plain language where that is written in the same way ("ja-JP"), so that its readers get one e-mail, and where the
    region writes another decimal mark ("en-DE" has German figures).
    """
    known = known_locale(locale)
    if known is None or known.language not in LANGUAGES:
        return LOCALE
    if known.territory == HOME[known.language] or decimal_mark(str(known)) != decimal_mark(known.language):
        return known.language
    return str(known).replace("_", "-")
