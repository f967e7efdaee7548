"""An e-mail: what an e-mail says, in one reader's language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Email:
    """One message to several readers of the same language. Addresses are not shown to one another's mailboxes."""

    to: tuple[str, ...]
    subject: str
    text: str
    html: str
