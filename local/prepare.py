"""Makes the machine ready: `.venv` from requirements-dev.txt, Azurite from its lock, then `python -m local`.

Standard library only, because it runs before anything is installed. Each step is skipped while the stamp it left
still names the same lock file and the same Python. Two at once are safe: the second waits for the first.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_MIN = 20
STAMP = "ready.stamp"
"""Lies inside what it vouches for, so that deleting the folder deletes the claim."""


class NotReadyError(Exception):
    """The machine cannot be made ready; the words say what to do about it."""


def say(words: str) -> None:
    """One line of progress. Never on stdout: that belongs to the command."""
    print(words, file=sys.stderr, flush=True)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the machine's lock; the kernel lets go of it whatever becomes of the holder."""
    folder = root / ".local"
    folder.mkdir(exist_ok=True)
    with (folder / "prepare.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting: another ./dev is preparing this folder")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint(version: str, *files: Path) -> str:
    """What a stamp says: the tool's version and the content of the lock files."""
    digest = hashlib.sha256(version.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def once(folder: Path, wanted: str, step: Callable[[], None]) -> None:
    """Run *step* unless *folder* carries the stamp *wanted*; stamp it afterwards, never before."""
    stamp = folder / STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    step()
    stamp.write_text(wanted)


def run(arguments: Sequence[str], folder: Path, failure: str) -> None:
    """Run one installer; NotReadyError with its last lines and *failure* when it fails."""
    done = subprocess.run(  # noqa: PLW1510 - the return code is looked at below
        arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-15:])
        raise NotReadyError(f"{tail}\n\n{failure}")


def python_ready(root: Path) -> None:
    """`.venv` with exactly what requirements-dev.txt lists, hashes checked."""
    lock = root / "requirements-dev.txt"
    venv = root / ".venv"

    def install() -> None:
        say("preparing Python: .venv from requirements-dev.txt (about 20 s, once)")
        shutil.rmtree(venv, ignore_errors=True)
        run(
            [sys.executable, "-m", "venv", str(venv)],
            root,
            "Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv.",
        )
        pip = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
        run(
            [*pip, "install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(lock)],
            root,
            "pip could not install requirements-dev.txt. Is the package index reachable? Then run ./dev again.",
        )

    once(venv, fingerprint(f"{sys.version} {venv}", lock), install)


def node_version() -> str:
    """The installed Node's version, such as "v20.20.2"; NotReadyError when it is missing, too old, or without npm."""
    node = shutil.which("node")
    wanted = f"./dev needs Node {NODE_MIN} or newer, with npm, for the storage emulator (Azurite)"
    if node is None or shutil.which("npm") is None:
        raise NotReadyError(f"{wanted}: `node` or `npm` is not on the PATH.")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < NODE_MIN:
        raise NotReadyError(f"{wanted}: {node} is {version}.")
    return version


def azurite_ready(root: Path) -> None:
    """`local/azurite/node_modules` exactly as its lock says. No package's install script is run."""
    folder = root / "local" / "azurite"

    def install() -> None:
        say("preparing Azurite: npm ci in local/azurite (about 10 s, once)")
        run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"],
            folder,
            "npm could not install Azurite. Is the package registry reachable? Then run ./dev again.",
        )

    once(folder / "node_modules", fingerprint(node_version(), folder / "package-lock.json"), install)


def main(arguments: Sequence[str]) -> int:
    """Prepare, then become `python -m local` in the project's folder; return 1 when that is impossible."""
    try:
        with alone(ROOT):
            python_ready(ROOT)
            azurite_ready(ROOT)
    except NotReadyError as wrong:
        say(str(wrong))
        return 1
    os.chdir(ROOT)
    python = str(ROOT / ".venv" / "bin" / "python")
    return os.execv(python, [python, "-m", "local", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
