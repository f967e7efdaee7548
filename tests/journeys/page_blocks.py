"""Code blocks of a page in docs/: what a reader would copy."""

import re
from pathlib import Path
from typing import Any, NamedTuple

DOCS = Path(__file__).parents[2] / "docs"


class Fenced(NamedTuple):
    """One block: its language and its text."""

    language: str
    text: str


def blocks(page: str) -> list[Fenced]:
    """The fenced blocks of *page*, in order."""
    found = re.findall(r"^```(\w+)\n(.*?)^```$", (DOCS / page).read_text(), flags=re.MULTILINE | re.DOTALL)
    return [Fenced(language, text) for language, text in found]


def missing(shown: Any, answered: Any, at: str = "") -> list[str]:
    """Where *answered* lacks what the page shows of it."""
    if isinstance(shown, dict) and isinstance(answered, dict):
        return [
            flaw
            for name, each in shown.items()
            for flaw in (
                missing(each, answered[name], f"{at}/{name}") if name in answered else [f"{at}/{name} is absent"]
            )
        ]
    if isinstance(shown, list) and isinstance(answered, list) and len(shown) == len(answered):
        return [flaw for index, each in enumerate(shown) for flaw in missing(each, answered[index], f"{at}/{index}")]
    return [] if shown == answered else [f"{at}: {answered!r}, not {shown!r}"]
