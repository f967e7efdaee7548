"""An e-mail to one group of readers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Email:
    """One message to several readers of the same language. No reader sees the address of another.

    *unsubscribe* is the address of a page where a reader can choose to receive fewer e-mails; empty if there is none.
    """

    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    unsubscribe: str = ""
