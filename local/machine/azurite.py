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

MAIN = AZURITE / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
ACCOUNT, FURTHER = "credits", "credits2"
SERVICES = ("Blob", "Queue", "Table")
START_SECONDS = 30.0
END_SECONDS = 10.0

KEEP_ALIVE = "600"
"""Seconds. Azurite closes idle connections after 5, and clients then lose requests that they send at that moment."""

_LISTENING = re.compile(r"Azurite (\w+) service is successfully listening at (http://[\d.:]+)")


def _options(kept: Path | None) -> list[str]:
    """Free ports, no telemetry; the protocol's version is checked, so that drift fails here and not on Azure."""
    options = ["--silent", "--disableTelemetry"]
    for service in ("blob", "queue", "table"):
        options += [f"--{service}Port", "0", f"--{service}KeepAliveTimeout", KEEP_ALIVE]
    return [*options, "--inMemoryPersistence"] if kept is None else [*options, "--location", str(kept)]


def _endpoints(log: Path) -> dict[str, str] | None:
    """Each service's address as Azurite tells it, None until it has told all."""
    told = dict(_LISTENING.findall(log.read_text()))
    return told if len(told) == len(SERVICES) else None


def further(connection: str) -> str:
    """The connection string of the second storage account beside *connection*; nothing of the first is in it."""
    return connection.replace(f"AccountName={ACCOUNT};", f"AccountName={FURTHER};").replace(
        f"/{ACCOUNT};", f"/{FURTHER};"
    )


@contextmanager
def azurite(logs: Path, kept: Path | None) -> Iterator[str]:
    """Run Azurite and give its connection string. *kept* holds the data from run to run; None: they end with it."""
    node = shutil.which("node")
    assert node is not None, "./dev has looked for it"
    key = b64encode(secrets.token_bytes(48)).decode()
    log = logs / "azurite.log"
    log.write_bytes(b"")
    child = Child.start(
        "Azurite",
        [node, MAIN, *_options(kept)],
        log=log,
        environment={"AZURITE_ACCOUNTS": f"{ACCOUNT}:{key};{FURTHER}:{key}"},
        folder=logs,
    )
    try:
        told = child.until(lambda: _endpoints(log), "ready", START_SECONDS)
        addresses = "".join(f"{service}Endpoint={told[service]}/{ACCOUNT};" for service in SERVICES)
        yield f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={key};{addresses}"
    finally:
        child.end(END_SECONDS)
