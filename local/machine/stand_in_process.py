"""The process of the stand-ins: its addresses, which are known before it runs, its readiness and its end."""

import secrets
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from local.machine.child_processes import Child
from local.machine.loopback import address_of
from local.machine.ports import Ports
from local.machine.service_settings import AUDIENCE, Secrets, service_settings
from local.stand_ins.issuer import DISCOVERY
from local.stand_ins.plan import Plan

NAMES = ("page", "issuer", "clock", "payments", "mailbox", "traces")
WEBHOOK_PATH = "/api/v1/webhooks/stripe"
READY_SECONDS = 60.0
END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class StandInProcess:
    """Stand-ins that run, or are about to: the address of each, and the settings with which the service uses them."""

    addresses: Mapping[str, str]
    settings: Mapping[str, str]
    child: Child

    def ready(self) -> None:
        """Wait until they answer; ChildError."""
        self.child.until(lambda: answers(f"{self.addresses['issuer']}{DISCOVERY}"), "ready", READY_SECONDS)


@contextmanager
def stand_in_process(folder: Path, storage: str, hosts: Sequence[str], ports: Ports) -> Iterator[StandInProcess]:
    """Start the stand-ins of the machine whose files are in *folder*; the first of *hosts* runs the timers."""
    made = Secrets(
        payments_key=f"sk_test_{secrets.token_hex(12)}",
        webhook_secret=f"whsec_{secrets.token_hex(16)}",
        mail_key=b64encode(secrets.token_bytes(32)).decode(),
    )
    listeners = {name: ports.open(name) for name in NAMES}
    addresses = {name: address_of(listener) for name, listener in listeners.items()}
    plan = Plan(
        folder=str(folder),
        listeners={name: listener.fileno() for name, listener in listeners.items()},
        addresses=addresses,
        hosts=tuple(hosts),
        storage=storage,
        audience=AUDIENCE,
        payments_key=made.payments_key,
        webhook_secret=made.webhook_secret,
        webhook_address=hosts[0] + WEBHOOK_PATH,
        mail_key=made.mail_key,
    )
    child = Child.start(
        "stand-ins",
        [sys.executable, "-m", "local.stand_ins", plan.text()],
        log=folder / "logs" / "stand-ins.log",
        environment={},
        listeners=list(listeners.values()),
    )
    try:
        for listener in listeners.values():
            listener.close()
        yield StandInProcess(addresses, service_settings(storage, hosts[0], addresses, made), child)
    finally:
        child.end(END_SECONDS)


def answers(address: str) -> httpx.Response | None:
    """The response to a GET; None while there is none."""
    try:
        return httpx.get(address, timeout=1, trust_env=False, verify=False)
    except httpx.HTTPError:
        return None
