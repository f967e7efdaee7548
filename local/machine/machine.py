"""The whole service on this computer: storage, stand-ins and hosts, started together and ended together.

with Machine.start(None, workers=2) as machine:
    httpx.get(f"{machine.http}/api/v1/…", headers=machine.bearer(account, "Credits.Read"))
"""

import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from types import MappingProxyType

import httpx

from local.machine.azurite import azurite
from local.machine.host_process import HostProcess
from local.machine.loopback import ANY_PORT, open_port
from local.machine.paths import ROOT, STATE
from local.machine.ports import Ports
from local.machine.running_instance import RunningInstance
from local.machine.service_settings import AUDIENCE, telemetry_settings
from local.machine.stand_in_process import stand_in_process
from shared.kernel.times import instant_text, parse_instant

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Machine:
    """A running service and everything around it. Addresses are bases without a slash at the end."""

    folder: Path
    """Has `logs/`, `mail/` and the state. It is deleted at the end if the machine keeps nothing."""
    storage: str
    """The connection string of the account that the service uses."""
    page: str
    """The page with links to every address, and with commands to type."""
    issuer: str
    clock: str
    payments: str
    mailbox: str
    traces: str
    """The address of the collector of spans and metrics; see *sends_telemetry*."""
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
        ports: Ports | None = None,
        between: Callable[[str], AbstractContextManager[str]] = nullcontext,
        sends_telemetry: bool = False,
        code: Path = ROOT,
    ) -> Iterator["Machine"]:
        """Start everything and wait until all of it answers. Otherwise ChildError has the last lines of a log.

        *folder* keeps storage, clock, cards and mail from run to run. With None nothing is kept, and the storage is in
        memory.
        *settings* override the machine's own. *ports* opens the ports, by default free ones. *between* takes the
        storage's connection string and gives the one for the hosts: it is the place for a proxy. With *sends_telemetry*
        the hosts send their spans and metrics to `traces`, which costs a little time. *code* is the project's folder
        whose code the hosts run; the code of stand-ins and storage is always this project's.
        """
        ports = ports or Ports()
        with ExitStack() as stack:
            place = folder or stack.enter_context(_temporary_folder())
            _make_folders(place)
            storage = stack.enter_context(azurite(place / "logs", place / "azurite" if folder else None, ports))
            listeners = [ports.open("http"), *(open_port(ANY_PORT) for _ in range(workers - 1))]
            hosts = _host_processes([stack.enter_context(listener) for listener in listeners], place)
            addresses = [host.address for host in hosts]
            stand_ins = stack.enter_context(stand_in_process(place, storage, addresses, ports))
            telemetry = telemetry_settings(stand_ins.addresses["traces"]) if sends_telemetry else {}
            connection = {"CreditsStorage": stack.enter_context(between(storage))}
            all_settings = {**stand_ins.settings, **telemetry, **connection, **settings}
            for host in hosts:
                host.code = code
                host.launch(all_settings)
                stack.callback(host.close)
            stand_ins.ready()
            for host in hosts:
                host.ready()
            yield cls(folder=place, storage=storage, workers=hosts, settings=all_settings, **stand_ins.addresses)

    @property
    def http(self) -> str:
        """The service's address, without `/api`."""
        return self.workers[0].address

    @property
    def portal(self) -> str:
        """The portal's address."""
        return f"{self.http}/api/portal"

    @property
    def instance(self) -> RunningInstance:
        """What other processes need in order to use this machine."""
        key, logs = str(self.folder / "issuer.pem"), str(self.folder / "logs")
        return RunningInstance(self.http, self.storage, self.clock, logs, self.issuer, AUDIENCE, key)

    def token(self, account: str, *roles: str) -> str:
        """A bearer token of the tenant *account*, good for an hour."""
        return self.instance.token(account, *roles)

    def bearer(self, account: str, *roles: str) -> dict[str, str]:
        """The header that carries such a token."""
        return {"Authorization": f"Bearer {self.token(account, *roles)}"}

    def now(self) -> datetime:
        """The ledger's time."""
        return parse_instant(httpx.get(self.clock, trust_env=False, verify=False).raise_for_status().json()["now"])

    def move_clock(self, target: datetime) -> datetime:
        """The ledger's time after its clock has moved to *target* and all that was due on the way is done."""
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


def _make_folders(place: Path) -> None:
    """The machine's folders; logs are of one run only."""
    shutil.rmtree(place / "logs", ignore_errors=True)
    for name in ("logs", "mail", "azurite"):
        (place / name).mkdir(parents=True, exist_ok=True)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A folder that is deleted at the end, and kept for inspection after an error."""
    runs = STATE / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(dir=runs, prefix="run-"))
    try:
        yield folder
    except Exception:
        print(f"the logs are in {folder / 'logs'}", file=sys.stderr)
        raise
    except BaseException:  # Ctrl-C is not an error
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)


def _host_processes(listeners: Sequence[socket.socket], folder: Path) -> tuple[HostProcess, ...]:
    """A host for each listening socket; timers in the first only."""
    parts = [[], *(["--parts", "http", "queues"] for _ in listeners[1:])]
    return tuple(
        HostProcess(f"host-{number}", listener, ["--clock", str(folder / "clock"), *own], folder / "logs")
        for number, (listener, own) in enumerate(zip(listeners, parts, strict=True), start=1)
    )
