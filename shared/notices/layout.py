"""An e-mail's content as plain text and as HTML that is readable without images, styles or a wide screen.

The templates stand beside this file. The HTML's frame is a table, because a widespread mail program lays out nothing
else reliably. The light colours are inlined and complete; programs that honour the style sheet also adapt to a dark
theme and to a narrow screen. Text and background both have a colour, so that a dark theme cannot make half of an e-mail
unreadable. White text on the colours of urgency has a contrast of at least 5.9 to 1 (WCAG AA asks for 4.5).
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shared.notices.content import Content

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from jinja2 import Template

FOLDER = Path(__file__).parent


def text_of(frame: Content, notices: Sequence[Content]) -> str:
    """The e-mail as plain text. *frame* is its frame, *notices* is what it tells, one after the other."""
    return _template("email.txt.j2").render(frame=frame, notices=notices)


def html_of(frame: Content, notices: Sequence[Content]) -> str:
    """The e-mail as a whole HTML page: one column, nothing loaded from anywhere. No text becomes markup."""
    return _inliner().inline(_template("email.html.j2").render(frame=frame, notices=notices))


@cache
def _template(name: str) -> "Template":
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - cold start

    is_markup = name.endswith(".html.j2")
    environment = Environment(autoescape=is_markup, undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 - text
    return environment.from_string((FOLDER / name).read_text("utf-8"))


@cache
def _inliner() -> "CSSInliner":
    from css_inline import CSSInliner  # noqa: PLC0415 - cold start

    return CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
