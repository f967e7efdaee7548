"""The running `./dev up`, of which there is one: the lock on its state, and the addresses that other commands use."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.kernel.ids import account_id

LOCK = "up.lock"
FILE = "up.json"


class AlreadyRunningError(Exception):
    """Another process has locked the state."""


class NotRunningError(Exception):
    """No service runs on the state."""


@dataclass(frozen=True, slots=True)
class RunningInstance:
    """What a command needs to call the running service and to sign tokens for it."""

    http: str
    """The service's address, without `/api`."""
    storage: str
    """The connection string of the storage account."""
    clock: str
    logs: str
    issuer: str
    audience: str
    key: str
    """The file of the issuer's private key."""

    def token(self, account: str, *roles: str) -> str:
        """A bearer token of the tenant *account*, good for an hour."""
        from local.stand_ins.issuer import Issuer  # noqa: PLC0415 - loads cryptography; help stays fast

        return Issuer(Path(self.key), self.issuer, self.audience).mint(account_id(account), roles)

    def bearer(self, account: str, *roles: str) -> dict[str, str]:
        """The header that carries such a token."""
        return {"Authorization": f"Bearer {self.token(account, *roles)}"}


@contextmanager
def state_lock(state: Path) -> Iterator[None]:
    """Lock *state* until the end of the block; the kernel unlocks it even after a kill. Raises AlreadyRunningError."""
    state.mkdir(exist_ok=True)
    with (state / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError("another ./dev up runs in this folder; end it first") from None
        yield


@contextmanager
def published(state: Path, running: RunningInstance) -> Iterator[None]:
    """Write *running* into *state*, where `find_running_instance` reads it, until the end."""
    file = state / FILE
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(running)))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def find_running_instance(state: Path) -> RunningInstance:
    """The instance that runs on *state*; NotRunningError, also when one was killed and left its file behind."""
    try:
        with state_lock(state):
            raise NotRunningError("no service runs in this folder: start one with ./dev up")
    except AlreadyRunningError:
        pass
    try:
        return RunningInstance(**json.loads((state / FILE).read_text()))
    except FileNotFoundError:
        raise NotRunningError("the service is still starting; wait until ./dev up shows its addresses") from None
