"""Which texts of callers can be shown to people."""

import unicodedata

_BLANK = "Zs"
"""Unicode's category of blanks: Japanese has one of its own (U+3000), French one that breaks no line (U+00A0)."""


def is_printable(text: str) -> bool:
    """Whether neither a list nor a log nor a spreadsheet meets a line break, a control character or half of a
    surrogate pair in *text*.
    """
    return all(email.isprintable() or unicodedata.category(email) == _BLANK for email in text)
