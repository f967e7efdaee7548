"""E-mail."""

from typing import Protocol
from uuid import UUID

from shared.notices.email import Email
from shared.ports.outage import UnavailableError


class MailRefusedError(Exception):
    """The mail service will never accept this e-mail as it is."""


class MailThrottledError(UnavailableError):
    """The mail service was asked too often, and takes no e-mail for a while. Nothing was sent."""


class Mail(Protocol):
    """The mail service."""

    async def send(self, email: Email, delivery: UUID) -> None:
        """Hand over one e-mail to all its readers. Another try has the same *delivery*.

        Raises `MailThrottledError`, `UnavailableError` (it may have been sent), `MailRefusedError`.
        """
        ...
