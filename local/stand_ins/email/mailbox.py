"""Accepted e-mails: in memory for the page, and one .eml file each for mail programs and for the next start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from shared.kernel.times import instant_text, parse_instant

EMAILS_MAX = 2_000
"""The oldest are deleted first. A demo of a year sends some hundreds; a load test must not fill the disk."""


@dataclass(frozen=True, slots=True)
class AcceptedEmail:
    """One e-mail as it was accepted. *repeat* is the number of earlier e-mails with the same operation id."""

    number: int
    at: datetime
    sender: str
    to: tuple[str, ...]
    bcc: tuple[str, ...]
    subject: str
    text: str
    html: str
    operation: str
    repeat: int

    def shown(self) -> dict[str, object]:
        """The e-mail as `GET /messages` shows it. `to` has all readers, blind copies included, but not the sender's own
        copy.
        """
        return {
            "number": self.number,
            "at": instant_text(self.at),
            "from": self.sender,
            "to": [address for address in (*self.to, *self.bcc) if address != self.sender] or [*self.to],
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "operation": self.operation,
            "repeat": self.repeat,
        }


class Mailbox:
    """The e-mails, oldest first. *folder* is created if it is missing; e-mails that are in it already are read."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._emails = [_read(path) for path in sorted(folder.glob("*.eml"))]
        self._last = self._emails[-1].number if self._emails else 0

    @property
    def emails(self) -> Sequence[AcceptedEmail]:
        """Every stored e-mail."""
        return self._emails

    def take(
        self,
        *,
        at: datetime,
        operation: str,
        sender: str,
        to: Sequence[str],
        bcc: Sequence[str],
        subject: str,
        text: str,
        html: str,
    ) -> AcceptedEmail:
        """Store an e-mail, even if one with the same operation id is stored: the service guarantees nothing else."""
        self._last += 1  # a number is never used twice: open pages remember which e-mails were read
        accepted = AcceptedEmail(
            number=self._last,
            at=at,
            sender=sender,
            to=tuple(to),
            bcc=tuple(bcc),
            subject=subject,
            text=text,
            html=html,
            operation=operation,
            repeat=sum(email.operation == operation for email in self._emails),
        )
        self.file(accepted.number).write_bytes(_written(accepted))
        self._emails.append(accepted)
        while len(self._emails) > EMAILS_MAX:
            self.file(self._emails.pop(0).number).unlink(missing_ok=True)
        return accepted

    def file(self, number: int) -> Path:
        """The file of an e-mail."""
        return self._folder / f"{number:06d}.eml"

    def clear(self) -> None:
        """Delete all e-mails."""
        for email in self._emails:
            self.file(email.number).unlink(missing_ok=True)
        self._emails.clear()


def _written(accepted: AcceptedEmail) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = accepted.sender
    message["To"] = ", ".join(accepted.to)
    if accepted.bcc:
        message["Bcc"] = ", ".join(accepted.bcc)
    message["Subject"] = accepted.subject
    message["Date"] = accepted.at
    message["X-Taken-At"] = instant_text(accepted.at)
    message["X-Operation-Id"] = accepted.operation
    message["X-Repeat"] = str(accepted.repeat)
    message.set_content(accepted.text)
    if accepted.html:
        message.add_alternative(accepted.html, subtype="html")
    return message.as_bytes()


def _read(path: Path) -> AcceptedEmail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return AcceptedEmail(
        number=int(path.stem),
        at=parse_instant(message["X-Taken-At"]),
        sender=message["From"],
        to=_addresses(message, "To"),
        bcc=_addresses(message, "Bcc"),
        subject=message["Subject"],
        text=_part(message, "plain"),
        html=_part(message, "html"),
        operation=message["X-Operation-Id"],
        repeat=int(message["X-Repeat"]),
    )


def _addresses(message: EmailMessage, header: str) -> tuple[str, ...]:
    found = message[header]
    return tuple(address.addr_spec for address in found.addresses) if found else ()


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content().replace("\r\n", "\n") if part else ""
