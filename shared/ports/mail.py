"""E-mail."""

from typing import Protocol
from uuid import UUID

from shared.notices.email import Email


class MailRefusedError(Exception):
    """The mail service will never accept this e-mail as it is."""


class Mail(Protocol):
    """The mail service."""

    async def send(self, email: Email, delivery: UUID) -> None:
        """Hand over one e-mail to all its readers. Another try has the same *delivery*.

        Raises `UnavailableError`, `MailRefusedError`.
        """
        ...
