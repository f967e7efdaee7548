"""The language of an e-mail, and the locale whose formats it has (CONTRACT 2.4).

Amounts and dates have the formats of the language that is written: "1.234" is one thing in a German sentence and
another in an English one.
"""

from collections.abc import Mapping

from shared.notices.catalogue import Catalogue
from shared.notices.locale_formats import LOCALE, decimal_mark, known_locale
from shared.notices.wording_en import ENGLISH

CATALOGUES: Mapping[str, Catalogue] = {ENGLISH.language: ENGLISH}


def catalogue_of(locale: str) -> Catalogue:
    """The catalogue of the locale's language; the English one where the language has none."""
    known = known_locale(locale)
    return CATALOGUES.get(known.language, ENGLISH) if known else ENGLISH


def written_locale(locale: str) -> str:
    """The locale whose formats go with the language that is written to readers of *locale*.

    It is *locale* itself ("en-GB" keeps its order of dates), but English where no catalogue has its language, and the
    plain language where the region writes another decimal mark ("en-DE" has German figures).
    """
    known = known_locale(locale)
    if known is None or known.language not in CATALOGUES:
        return LOCALE
    if decimal_mark(str(known)) != decimal_mark(known.language):
        return known.language
    return str(known).replace("_", "-")
