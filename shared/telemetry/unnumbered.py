"""Text without what could be a phone number (R27).

The service writes no number into a log by itself. An exception's text may repeat whatever it met; this is for those.
"""

import re

_WITH_PLUS = r"\+[0-9][0-9 ().*-]{4,}[0-9*]"
_MASKED = r"[0-9]{4,15}\*+"
_BARE = r"(?<![0-9A-Za-z:._/-])[0-9]{7,15}(?![0-9A-Za-z:_/-]|\.[0-9])"
"""Seven to fifteen digits that stand alone. Parts of ids, row keys and times have a letter or a mark at their side."""

_NUMBER = re.compile(f"{_WITH_PLUS}|{_MASKED}|{_BARE}")


def unnumbered(text: str) -> str:
    """*text*, with an ellipsis for each number."""
    return _NUMBER.sub("…", text)
