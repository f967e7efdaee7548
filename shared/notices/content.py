"""An e-mail's content before it is laid out: finished sentences, not yet text or HTML."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How urgent an e-mail looks."""

    GOOD = "good"
    WARNING = "warning"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that an e-mail says, in one language and one reader's conventions."""

    language: str
    tone: Tone
    subject: str
    headline: str
    happened: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    comes_next_heading: str
    comes_next: tuple[str, ...]
    can_do_heading: str
    can_do: tuple[str, ...]
    footer: str
