"""Redaction: text without anything that could be a phone number (R27).

The service itself never logs a number. This is for the texts of exceptions, which may contain any input.
"""

import re

_WITH_PLUS = r"(?:\+|%2[Bb])[0-9](?:[0-9 ().*-]|%2[089]){4,}[0-9*]"
"""As people write a number, or as it is encoded in a URL."""

_MASKED = r"[0-9]{4,15}\*+"

_ALONE = r"(?<![0-9A-Za-z.-])"
_NO_DATE = r"(?!(?:19|20)[0-9]{2}-[01][0-9]-)"
_IN_GROUPS = rf"{_ALONE}{_NO_DATE}(?=(?:-?[0-9]){{9,15}}(?![0-9A-Za-z-]))[0-9]{{1,4}}(?:-[0-9]{{2,4}}){{2,4}}"
"""Such as 1-425-555-0101. Dates have only eight digits or begin with a year and a month; ids have a longer first group
or contain letters, so that neither matches.
"""

_IN_BRACKETS = r"\([0-9]{2,5}\)[ -]?[0-9]{2,4}[ -]?[0-9]{3,4}"

_PROVIDER = "".join(rf"(?<!\b{kind}_)" for kind in ("pi", "pm", "cus", "evt", "seti"))
"""Not after a prefix of the payment provider's ids."""

_BARE = rf"{_ALONE}(?<!:(?=000)){_PROVIDER}[0-9]{{7,15}}(?![0-9A-Za-z_-]|\.[0-9])"
"""Seven to fifteen digits by themselves. Digits in ids, hashes and times are next to a letter or a punctuation mark.
After the colon of a row key is a page's number, which, unlike a phone number, begins with zeros.
"""

_NUMBER = re.compile(f"{_WITH_PLUS}|{_MASKED}|{_IN_GROUPS}|{_IN_BRACKETS}|{_BARE}")


def redacted(text: str) -> str:
    """*text*, with an ellipsis for each number."""
    return _NUMBER.sub("…", text)
