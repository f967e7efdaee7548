"""The texts of a catalogue's file as they are printed: phrases put in, spaces that must not break made unbreakable."""

import re
from collections.abc import Mapping
from typing import Any

PHRASE = "@"
"""A text that begins with it stands for the phrase of that name."""

_UNBREAKABLE = "\u00a0"
"""Not the narrow one that French typesetters prefer: older mail programs show it as a box."""

_BEFORE = {
    "fr": re.compile(r" (?=[:;!?%»€])|(?<=«) "),
    "ru": re.compile(r" (?=[%—])"),
}
"""Spaces at which a line may not end, by language."""


def typeset(value: Any, phrases: Mapping[str, str], language: str) -> Any:  # noqa: ANN401 - parsed TOML
    """*value*, tables and lists included, with *phrases* and unbreakable spaces. KeyError names an unknown phrase."""
    if isinstance(value, str):
        text = phrases[value.removeprefix(PHRASE)] if value.startswith(PHRASE) else value
        return _BEFORE[language].sub(_UNBREAKABLE, text) if language in _BEFORE else text
    if isinstance(value, list):
        return [typeset(each, phrases, language) for each in value]
    return {name: typeset(each, phrases, language) for name, each in value.items()}
