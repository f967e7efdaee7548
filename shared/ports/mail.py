"""E-mail."""

from typing import Protocol
from uuid import UUID

from shared.notices.email import Email


class MailRefusedError(Exception):
    """The mail service will never take this e-mail as it is."""


class Mail(Protocol):
    """E-mail."""

    async def send(self, email: Email, delivery: UUID) -> None:
        """Hand over one e-mail to all its readers. *delivery* is the same when it is tried again.

        Raises `UnavailableError`, `MailRefusedError`.
        """
        ...
