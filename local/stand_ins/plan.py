"""What the process of the stand-ins is told by the machine that starts it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the stand-ins listen, what they must know of one another and of the service, where they keep things."""

    folder: str
    doors: Mapping[str, int]
    """Listening sockets, opened by the machine: `page`, `issuer`, `clock`, `payments`, `mailbox`, `traces`."""
    addresses: Mapping[str, str]
    """The addresses of the same."""
    hosts: tuple[str, ...]
    storage: str
    audience: str
    payments_key: str
    webhook_secret: str
    webhook_address: str
    mail_key: str

    def text(self) -> str:
        """As one argument of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Self:
        """The plan that `text` wrote."""
        plan = json.loads(text)
        return cls(**{**plan, "hosts": tuple(plan["hosts"])})

    def file(self, name: str) -> Path:
        """A file or folder that a stand-in keeps."""
        return Path(self.folder) / name
