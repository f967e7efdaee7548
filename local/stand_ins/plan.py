"""The configuration that the machine passes to the process of the stand-ins."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Plan:
    """The stand-ins' sockets and addresses, the service's addresses and secrets, and the folder for stored state."""

    folder: str
    listeners: Mapping[str, int]
    """Descriptors of listening sockets, opened by the machine: `page`, `issuer`, `clock`, `payments`, `mailbox`,
    `traces`.
    """
    addresses: Mapping[str, str]
    """The addresses of these sockets."""
    hosts: tuple[str, ...]
    storage: str
    audience: str
    payments_key: str
    webhook_secret: str
    webhook_address: str
    mail_key: str

    def text(self) -> str:
        """The plan as a command-line argument."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse a plan written by `text`."""
        plan = json.loads(text)
        return cls(**{**plan, "hosts": tuple(plan["hosts"])})

    def file(self, name: str) -> Path:
        """The path of a stand-in's file or folder."""
        return Path(self.folder) / name
