"""An e-mail's content before it is laid out: finished sentences, not yet text or HTML."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """The urgency that the colour of an e-mail shows."""

    GOOD = "good"
    WARNING = "warning"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Content:
    """All text of an e-mail, in one language and one reader's formats.

    *manage* says where the reader acts. It contains *portal*, an address that the HTML makes a link; empty: no portal.
    *fact* is the form of a fact in the plain text. *exact*: texts to copy whole, each with its name, on a line of its
    own. *remark*, if there is one, is not about the notice.
    """

    language: str
    brand: str
    fact: str
    tone: Tone
    subject: str
    headline: str
    happened: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    comes_next_heading: str
    comes_next: tuple[str, ...]
    can_do_heading: str
    can_do: tuple[str, ...]
    manage: str
    portal: str
    footer: str
    exact: tuple[tuple[str, str], ...] = ()
    remark: str = ""

    @property
    def manage_parts(self) -> tuple[str, str, str]:
        """*manage* before the address, the address, and after it; without an address the whole as the first part."""
        return self.manage.partition(self.portal) if self.portal else (self.manage, "", "")
