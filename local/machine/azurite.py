"""Azurite: tables and queues on this machine, one node process."""

import re
import secrets
import shutil
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.machine.child_processes import Child
from local.machine.paths import AZURITE
from local.machine.ports import Ports

MAIN = AZURITE / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
PATCHES = ("row_key_first.js", "leave_out_unused.js")
FASTER = (*(word for name in PATCHES for word in ("--require", str(AZURITE / name))), "--max-semi-space-size=64")
"""Options of Node: patches, and megabytes for new objects, so that it looks for garbage less often."""

ACCOUNT, SECOND_ACCOUNT = "credits", "credits2"
SERVICES = ("Blob", "Queue", "Table")
START_SECONDS = 30.0
END_SECONDS = 10.0

KEEP_ALIVE = "600"
"""Seconds. Azurite closes idle connections after 5, and clients then lose requests that they send at that moment."""

_LISTENING = re.compile(r"Azurite (\w+) service is successfully listening at (http://[\d.:]+)")


def _options(data: Path | None, ports: Ports) -> list[str]:
    """Azurite's options. In tests and proofs, which keep nothing, it checks the version of the protocol: one that Azure
    does not know fails there. Beside `./dev up` people try clients of their own, whose version is newer than Azurite's.
    """
    options = ["--silent", "--disableTelemetry"]
    for service in ("blob", "queue", "table"):
        options += [f"--{service}Port", str(ports.number(service)), f"--{service}KeepAliveTimeout", KEEP_ALIVE]
    if data is None:
        return [*options, "--inMemoryPersistence"]
    return [*options, "--skipApiVersionCheck", "--location", str(data)]


def _endpoints(log: Path) -> dict[str, str] | None:
    """The address of each service from Azurite's log; None until the log has all of them."""
    found = dict(_LISTENING.findall(log.read_text()))
    return found if len(found) == len(SERVICES) else None


def _account_key(data: Path | None) -> str:
    """The storage account's key. It is kept with the data, so that the connection string stays the same."""
    made = b64encode(secrets.token_bytes(48)).decode()
    if data is None:
        return made
    file = data / "account.key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(made)
    return file.read_text()


def second_account(connection: str) -> str:
    """The connection string of the second storage account of the Azurite that *connection* names; it starts empty."""
    return connection.replace(f"AccountName={ACCOUNT};", f"AccountName={SECOND_ACCOUNT};").replace(
        f"/{ACCOUNT};", f"/{SECOND_ACCOUNT};"
    )


@contextmanager
def azurite(logs: Path, data: Path | None, ports: Ports | None = None) -> Iterator[str]:
    """Run Azurite and give its connection string. *data* is the folder for the data; None keeps them in memory."""
    node = shutil.which("node")
    assert node is not None, "local/prepare.py has checked that it is installed"
    key = _account_key(data)
    log = logs / "azurite.log"
    log.write_bytes(b"")
    child = Child.start(
        "Azurite",
        [node, *FASTER, str(MAIN), *_options(data, ports or Ports())],
        log=log,
        environment={"AZURITE_ACCOUNTS": f"{ACCOUNT}:{key};{SECOND_ACCOUNT}:{key}"},
        folder=logs,
    )
    try:
        found = child.until(lambda: _endpoints(log), "ready", START_SECONDS)
        addresses = "".join(f"{service}Endpoint={found[service]}/{ACCOUNT};" for service in SERVICES)
        yield f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={key};{addresses}"
    finally:
        child.end(END_SECONDS)
