"""The whole service on this computer: storage, stand-ins and hosts, started together and ended together.

with Machine.start(None, workers=2) as machine:
    httpx.get(f"{machine.http}/api/v1/…", headers=machine.bearer(account, "Credits.Read"))
"""

import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from types import MappingProxyType

import httpx

from local.machine.azurite import azurite
from local.machine.host_process import HostProcess
from local.machine.loopback import ANY_PORT, open_port, open_preferred_port
from local.machine.paths import ROOT, STATE
from local.machine.service_settings import AUDIENCE, watched
from local.machine.stand_in_process import stand_in_process
from local.stand_ins.issuer import Issuer
from shared.kernel.ids import account_id
from shared.kernel.times import instant_text, parse_instant

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Machine:
    """A running service and everything around it. Addresses are bases without a slash at the end."""

    folder: Path
    """`logs/`, `mail/` and what is kept; of a machine that keeps nothing it goes with the machine."""
    storage: str
    """The connection string of the account that the service uses."""
    issuer: str
    clock: str
    payments: str
    mailbox: str
    traces: str
    """A collector's address; only hosts that are watched send anything there."""
    workers: tuple[HostProcess, ...]
    """The hosts. The first one runs the timers; all of them answer HTTP and take from the queues."""
    settings: Mapping[str, str]
    """The application settings of the hosts."""

    @classmethod
    @contextmanager
    def start(
        cls,
        folder: Path | None,
        *,
        workers: int = 1,
        settings: Mapping[str, str] = NO_SETTINGS,
        port: int = ANY_PORT,
        between: Callable[[str], AbstractContextManager[str]] = nullcontext,
        is_watched: bool = False,
        code: Path = ROOT,
    ) -> Iterator["Machine"]:
        """Start all and wait until all answer; raises ChildError, with the last lines of what did not.

        *folder* keeps storage, clock, cards and mail from run to run; None keeps nothing, and storage in memory.
        *settings* go before the machine's own. *port* is where the first host is wanted. *between* makes of the
        storage's connection string the one that the hosts get: what lies between them and the storage. A host that
        *is_watched* sends its spans and metrics to `traces`, which costs it a little. *code* is the project's folder
        whose code the hosts run; stand-ins and storage are always this one's.
        """
        with ExitStack() as ending:
            place = folder or ending.enter_context(_thrown_away())
            shutil.rmtree(place / "logs", ignore_errors=True)  # of this run only
            for name in ("logs", "mail", "azurite"):
                (place / name).mkdir(parents=True, exist_ok=True)
            storage = ending.enter_context(azurite(place / "logs", place / "azurite" if folder else None))
            doors = [open_preferred_port(port), *(open_port(ANY_PORT) for _ in range(workers - 1))]
            crew = _crew([ending.enter_context(door) for door in doors], place)
            around = ending.enter_context(stand_in_process(place, storage, [worker.address for worker in crew]))
            seen = watched(around.addresses["traces"]) if is_watched else {}
            own = {**around.settings, **seen, "CreditsStorage": ending.enter_context(between(storage)), **settings}
            for worker in crew:
                worker.code = code
                worker.launch(own)
                ending.callback(worker.close)
            around.ready()
            for worker in crew:
                worker.ready()
            yield cls(folder=place, storage=storage, workers=crew, settings=own, **around.addresses)

    @property
    def http(self) -> str:
        """The service's address, without `/api`."""
        return self.workers[0].address

    def token(self, account: str, *roles: str) -> str:
        """A bearer token, good for an hour."""
        issuer = Issuer(self.folder / "issuer.pem", self.issuer, AUDIENCE)
        return issuer.mint(account_id(account), roles)

    def bearer(self, account: str, *roles: str) -> dict[str, str]:
        """The header that carries such a token."""
        return {"Authorization": f"Bearer {self.token(account, *roles)}"}

    def now(self) -> datetime:
        """The ledger's time."""
        return parse_instant(httpx.get(self.clock, trust_env=False, verify=False).raise_for_status().json()["now"])

    def move_clock(self, target: datetime) -> datetime:
        """Bring the ledger's clock to *target*, with all settled that was due on the way; the time then."""
        answer = httpx.put(self.clock, json={"now": instant_text(target)}, timeout=None, trust_env=False, verify=False)
        return parse_instant(answer.raise_for_status().json()["now"])

    def start_host(self, index: int = 0) -> None:
        """Start a killed or interrupted host again, at its old address, and wait until it answers."""
        self.workers[index].launch(self.settings)
        self.workers[index].ready()

    def kill_host(self, index: int = 0) -> None:
        """SIGKILL one host."""
        self.workers[index].kill()

    def interrupt_host(self, index: int = 0) -> int:
        """SIGINT one host, wait for its graceful end, and return its exit code."""
        return self.workers[index].interrupt()

    def freeze_host(self, index: int = 0) -> None:
        """SIGSTOP one host."""
        self.workers[index].freeze()

    def thaw_host(self, index: int = 0) -> None:
        """SIGCONT one host."""
        self.workers[index].thaw()


@contextmanager
def _thrown_away() -> Iterator[Path]:
    """A folder that goes when all went well, and stays to be looked at when not."""
    runs = STATE / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(dir=runs, prefix="run-"))
    try:
        yield folder
    except Exception:
        print(f"the logs are in {folder / 'logs'}", file=sys.stderr)
        raise
    except BaseException:  # Ctrl-C: nothing went wrong that somebody would look at
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)


def _crew(doors: list[socket.socket], place: Path) -> tuple[HostProcess, ...]:
    """A host behind each door; timers in the first only."""
    parts = [[], *(["--parts", "http", "queues"] for _ in doors[1:])]
    return tuple(
        HostProcess(f"host-{number}", door, ["--clock", str(place / "clock"), *own], place / "logs")
        for number, (door, own) in enumerate(zip(doors, parts, strict=True), start=1)
    )
