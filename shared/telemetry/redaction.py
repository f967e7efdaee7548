"""Text without what could be a phone number (R27).

The service writes no number into a log by itself. An exception's text may repeat whatever it met; this is for those.
"""

import re

_WITH_PLUS = r"(?:\+|%2[Bb])[0-9](?:[0-9 ().*-]|%2[089]){4,}[0-9*]"
"""As people write it, or as it stands in an address."""

_MASKED = r"[0-9]{4,15}\*+"

_ALONE = r"(?<![0-9A-Za-z.-])"
_NO_DATE = r"(?!(?:19|20)[0-9]{2}-[01][0-9]-)"
_IN_GROUPS = rf"{_ALONE}{_NO_DATE}(?=(?:-?[0-9]){{9,15}}(?![0-9A-Za-z-]))[0-9]{{1,4}}(?:-[0-9]{{2,4}}){{2,4}}"
"""1-425-555-0101. A date has eight digits, or begins like one; an id's first group is longer, and letters are near."""

_IN_BRACKETS = r"\([0-9]{2,5}\)[ -]?[0-9]{2,4}[ -]?[0-9]{3,4}"

_PROVIDER = "".join(rf"(?<!\b{kind}_)" for kind in ("pi", "pm", "cus", "evt", "seti"))
"""What the payment provider's ids begin with."""

_BARE = rf"{_ALONE}(?<!:(?=000)){_PROVIDER}[0-9]{{7,15}}(?![0-9A-Za-z_-]|\.[0-9])"
"""Seven to fifteen digits that stand alone. Parts of ids, hashes and times have a letter or a mark at their side; what
stands behind the colon of a row's key is a page's number, which begins with zeros as no phone number does.
"""

_NUMBER = re.compile(f"{_WITH_PLUS}|{_MASKED}|{_IN_GROUPS}|{_IN_BRACKETS}|{_BARE}")


def redacted(text: str) -> str:
    """*text*, with an ellipsis for each number."""
    return _NUMBER.sub("…", text)
