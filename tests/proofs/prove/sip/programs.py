"""The programs that the claim needs and the project does not: Kamailio with its modules, and SIPp."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from local.machine.paths import ROOT

CONNECTOR = ROOT / "connectors" / "kamailio"
CONFIGURATION = CONNECTOR / "kamailio.cfg"
SCHEMAS = Path("/usr/share/kamailio/db_sqlite")
"""Where Debian's package kamailio-sqlite-modules keeps the statements that make Kamailio's own tables."""

PACKAGES = "kamailio kamailio-utils-modules kamailio-extra-modules kamailio-sqlite-modules sip-tester"

SAMPLE_SETTINGS = {
    "CREDITS_SERVICE": "http://127.0.0.1:9",
    "CREDITS_QUEUE": "http://127.0.0.1:9/usage/messages",
    "CREDITS_SOURCE": "urn:example:switch",
    "CREDITS_TRUSTED": "127.0.0.0/8",
    "CREDITS_NEXT_HOP": "127.0.0.1:9",
    "CREDITS_DATABASE": "sqlite:////nowhere.db",
}
"""What the configuration requires, for a check of its syntax."""


@cache
def program(name: str) -> str | None:
    """The path of a program; daemons are in `sbin`, which is not on everybody's path."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin")


def missing(*names: str) -> str:
    """Why SIP cannot be tried here, empty where it can."""
    for name in names:
        if program(name) is None:
            return f"{name} is not installed (Debian: apt-get install {PACKAGES})"
    if not SCHEMAS.is_dir():
        return f"{SCHEMAS} is missing (Debian: apt-get install kamailio-sqlite-modules)"
    faults = syntax_faults()
    return next((fault for fault in faults if "could not find module" in fault or "could not open" in fault), "")


@cache
def syntax_faults() -> tuple[str, ...]:
    """What Kamailio reports when it only checks the connector's configuration; empty when it accepts it."""
    kamailio = program("kamailio")
    assert kamailio is not None, "looked for before"
    found = subprocess.run(
        [kamailio, "-c", "-f", CONFIGURATION, "-l", "udp:127.0.0.1:9"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **SAMPLE_SETTINGS},
    )
    return () if found.returncode == 0 else tuple(found.stderr.splitlines())
