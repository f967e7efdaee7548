"""Kamailio with the connector's own configuration, its database and its control socket, in a temporary folder."""

import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import mkdtemp

from local.machine.child_processes import Child, ChildError
from local.machine.loopback import ANY_PORT, LOOPBACK
from tests.proofs.prove.sip.programs import CONFIGURATION, CONNECTOR, SCHEMAS, program

START_SECONDS = 20.0
END_SECONDS = 10.0
CONTROL_SECONDS = 10.0


def free_port() -> int:
    """A UDP port on which nothing listens at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind((LOOPBACK, ANY_PORT))
        port: int = found.getsockname()[1]
        return port


class Switch:
    """One Kamailio that can be killed and started again on the same database."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.port = free_port()
        self.next_hop = free_port()
        self.log = folder / "kamailio.log"
        self._database = folder / "credits.db"
        self._control = f"unix:{folder / 'control'}"
        self._settings = {
            "CREDITS_TRUSTED": f"{LOOPBACK}/32",
            "CREDITS_NEXT_HOP": f"{LOOPBACK}:{self.next_hop}",
            "CREDITS_DATABASE": f"sqlite:///{self._database}",
            "CREDITS_CONTROL": self._control,
            **settings,
        }
        self._child: Child | None = None

    @classmethod
    @contextmanager
    def start(cls, settings: Mapping[str, str]) -> Iterator["Switch"]:
        """Run a switch; its folder is kept after an error."""
        folder = Path(mkdtemp(prefix="sip-"))  # short: the path of a socket has at most 108 characters
        _make_database(folder / "credits.db")
        switch = cls(folder, settings)
        switch.launch()
        try:
            yield switch
        except Exception:
            print(f"  the switch's log is {switch.log}", flush=True)
            raise
        finally:
            switch.end()
        shutil.rmtree(folder)

    def launch(self) -> None:
        """Start the process and wait until it answers on its control socket."""
        kamailio = program("kamailio")
        assert kamailio is not None, "looked for before"
        listener = f"udp:{LOOPBACK}:{self.port}"
        command: list[str | Path] = [kamailio, "-f", CONFIGURATION, "-l", listener, "-DD", "-E", "-m", "64", "-M", "8"]
        self._child = Child.start("kamailio", command, log=self.log, environment=self._settings)
        self._child.until(lambda: self._command("core.version") or None, "ready", START_SECONDS)

    def kill(self) -> None:
        """SIGKILL all its processes."""
        assert self._child is not None
        self._child.send(signal.SIGKILL)
        self._child.wait(END_SECONDS)

    def end(self) -> None:
        """End it in any state."""
        if self._child is not None and self._child.alive:
            self._child.end(END_SECONDS)

    def put(self, name: str, value: str, table: str = "cfg") -> None:
        """Change a setting, or an account's token, while the switch runs."""
        if self._command("htable.sets", table, name, value) is None:
            raise ChildError(f"kamcmd htable.sets {table} {name} failed")

    def ask_again(self) -> None:
        """End the two seconds in which it does not ask, because the service gave no answer."""
        if self._command("htable.seti", "cfg", "down", "0") is None:
            raise ChildError("kamcmd htable.seti cfg down failed")

    def calls(self) -> int:
        """How many calls it has in progress or ringing."""
        answer = self._command("dlg.stats_active") or ""
        return sum(int(line.split(":")[1]) for line in answer.splitlines() if line.strip().startswith("all:"))

    def talks(self) -> list[str]:
        """The answered calls in its database."""
        with closing(sqlite3.connect(self._database)) as database:
            return [facts for (facts,) in database.execute("select facts from credits_talk")]

    def logged(self, text: str) -> int:
        """How many lines of its log contain *text*."""
        return sum(text in line for line in self.log.read_text(errors="replace").splitlines())

    def _command(self, *words: str) -> str | None:
        kamcmd = program("kamcmd")
        assert kamcmd is not None, "looked for before"
        done = subprocess.run(
            [kamcmd, "-s", self._control, *words], capture_output=True, text=True, check=False, timeout=CONTROL_SECONDS
        )
        failed = done.returncode != 0 or "error" in done.stdout.lower()
        return None if failed else done.stdout or "done"


def _make_database(file: Path) -> None:
    """The tables of the README's installation."""
    scripts = (SCHEMAS / "standard-create.sql", SCHEMAS / "dialog-create.sql", CONNECTOR / "tables.sql")
    with closing(sqlite3.connect(file)) as database:
        database.execute("pragma journal_mode=wal")
        for script in scripts:
            database.executescript(script.read_text())
