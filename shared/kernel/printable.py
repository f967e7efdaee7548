"""Which texts from callers can be shown to people."""

import unicodedata

_BLANK = "Zs"
"""Unicode's category of spaces, such as the Japanese one (U+3000) and the no-break space of French (U+00A0)."""


def is_printable(text: str) -> bool:
    """Whether *text* has no line break, no control character and no half of a surrogate pair, so that it can be shown
    in a list, a log or a spreadsheet.
    """
    return all(character.isprintable() or unicodedata.category(character) == _BLANK for character in text)
