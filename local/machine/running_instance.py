"""Who has the kept state, and how the others find the service that runs on it."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

LOCK = "up.lock"
FILE = "up.json"


class AlreadyRunningError(Exception):
    """Another process has the state."""


class NotRunningError(Exception):
    """No service runs on the state."""


@dataclass(frozen=True, slots=True)
class RunningInstance:
    """What is needed to sign tokens for the running service."""

    issuer: str
    audience: str
    key: str


@contextmanager
def alone(state: Path) -> Iterator[None]:
    """Have *state* to oneself until the end, however it comes; AlreadyRunningError."""
    with (state / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError("another ./dev up runs in this folder; end it first") from None
        yield


@contextmanager
def announced(state: Path, running: RunningInstance) -> Iterator[None]:
    """Let others find what runs."""
    file = state / FILE
    file.write_text(json.dumps(asdict(running)))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def find(state: Path) -> RunningInstance:
    """What runs on *state*; NotRunningError, also when it was killed and left its announcement behind."""
    try:
        with alone(state):
            raise NotRunningError("no service runs in this folder: start one with ./dev up")
    except AlreadyRunningError:
        pass
    try:
        return RunningInstance(**json.loads((state / FILE).read_text()))
    except FileNotFoundError:
        raise NotRunningError("the service is still starting; wait until ./dev up says where it is") from None
