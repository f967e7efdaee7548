"""E-mail."""

from typing import Protocol
from uuid import UUID

from shared.notices.letter import Letter


class MailRefusedError(Exception):
    """The mail service will never take this letter as it is."""


class Mail(Protocol):
    """E-mail."""

    async def send(self, letter: Letter, delivery: UUID) -> None:
        """Hand over one letter to all its readers. *delivery* is the same when it is tried again.

        Raises `UnavailableError`, `MailRefusedError`.
        """
        ...
