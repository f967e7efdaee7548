"""E-mails that were taken: in memory for the page, one .eml file each for mail programs and for the next start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from shared.kernel.times import instant_text, parse_instant

EMAILS_MAX = 500
"""The oldest go first: a demo of a year sends a few hundred, a load test must not fill the disk."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One e-mail as it was taken. *repeat* counts the e-mails before it under the same operation id."""

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
        """The e-mail as `GET /messages` tells it; `to` are its readers, blind copies included, without the sender's own
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
    """The e-mails, oldest first. *folder* is made when it is not there; e-mails that lie in it are taken over."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._emails = [_read(path) for path in sorted(folder.glob("*.eml"))]
        self._last = self._emails[-1].number if self._emails else 0

    @property
    def emails(self) -> Sequence[Taken]:
        """Every e-mail that is kept."""
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
    ) -> Taken:
        """Keep an e-mail, whether or not one of the same operation was kept before: nothing promises otherwise."""
        self._last += 1  # a number is never given twice: pages remember which e-mails were read
        taken = Taken(
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
        self.file(taken.number).write_bytes(_written(taken))
        self._emails.append(taken)
        while len(self._emails) > EMAILS_MAX:
            self.file(self._emails.pop(0).number).unlink(missing_ok=True)
        return taken

    def file(self, number: int) -> Path:
        """Where an e-mail lies."""
        return self._folder / f"{number:06d}.eml"

    def clear(self) -> None:
        """Throw all e-mails away."""
        for email in self._emails:
            self.file(email.number).unlink(missing_ok=True)
        self._emails.clear()


def _written(taken: Taken) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = taken.sender
    message["To"] = ", ".join(taken.to)
    if taken.bcc:
        message["Bcc"] = ", ".join(taken.bcc)
    message["Subject"] = taken.subject
    message["Date"] = taken.at
    message["X-Taken-At"] = instant_text(taken.at)
    message["X-Operation-Id"] = taken.operation
    message["X-Repeat"] = str(taken.repeat)
    message.set_content(taken.text)
    if taken.html:
        message.add_alternative(taken.html, subtype="html")
    return message.as_bytes()


def _read(path: Path) -> Taken:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return Taken(
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
