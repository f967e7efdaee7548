"""Makes the machine ready: `.venv` from requirements-dev.txt, Azurite from its lock, then `python -m local`.

Standard library only, because it runs before anything is installed. A step writes a stamp when it is done, and is
skipped while the stamp names the same lock file and the same Python or Node. A second process waits for the first.
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
INSTALL_NODE = "Install it from https://nodejs.org or with your package manager, then run ./dev again."
STAMP = "ready.stamp"
"""The stamp is inside the folder that the step makes, so deleting the folder deletes the stamp."""


class NotReadyError(Exception):
    """The machine cannot be made ready; the message says what to do."""


def report(message: str) -> None:
    """Print a line of progress to stderr; stdout is for the command's output."""
    print(message, file=sys.stderr, flush=True)


@contextmanager
def preparation_lock(root: Path) -> Iterator[None]:
    """Lock the preparation of *root* for this process; the kernel unlocks it when the process ends in any way."""
    folder = root / ".local"
    folder.mkdir(exist_ok=True)
    with (folder / "prepare.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("waiting: another ./dev is preparing this folder")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint(version: str, *files: Path) -> str:
    """The content of a stamp: a digest of the tool's version and the lock files."""
    digest = hashlib.sha256(version.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def run_unless_stamped(folder: Path, wanted: str, step: Callable[[], None]) -> None:
    """Run *step* unless *folder* has the stamp *wanted*; the stamp is written after the step has succeeded."""
    stamp = folder / STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    step()
    stamp.write_text(wanted)


def run(arguments: Sequence[str], folder: Path, failure: str) -> None:
    """Run one installer; NotReadyError with its last lines and *failure* when it fails."""
    done = subprocess.run(  # noqa: PLW1510 - the return code is checked below
        arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-15:])
        raise NotReadyError(f"{tail}\n\n{failure}")


def prepare_python(root: Path) -> None:
    """`.venv` with exactly what requirements-dev.txt lists, hashes checked."""
    lock = root / "requirements-dev.txt"
    venv = root / ".venv"

    def install() -> None:
        report("preparing Python: .venv from requirements-dev.txt (about 20 s, once)")
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

    run_unless_stamped(venv, fingerprint(f"{sys.version} {venv}", lock), install)


def node_version() -> str:
    """The installed Node's version, such as "v20.20.2"; NotReadyError when it is missing, too old, or without npm."""
    wanted = f"./dev needs Node {NODE_MIN} or newer, with npm, for the storage emulator (Azurite)"
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            raise NotReadyError(f"{wanted}: `{tool}` is not on the PATH. {INSTALL_NODE}")
    node = shutil.which("node")
    version = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = version.removeprefix("v").split(".")[0]
    if not major.isdecimal() or int(major) < NODE_MIN:
        raise NotReadyError(f"{wanted}: {node} is {version or 'of an unknown version'}. {INSTALL_NODE}")
    return version


def prepare_azurite(root: Path, node: str) -> None:
    """`local/azurite/node_modules` exactly as its lock file says. No package's install script is run."""
    folder = root / "local" / "azurite"

    def install() -> None:
        report("preparing Azurite: npm ci in local/azurite (about 10 s, once)")
        run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"],
            folder,
            "npm could not install Azurite. Is the package registry reachable? Then run ./dev again.",
        )

    run_unless_stamped(folder / "node_modules", fingerprint(node, folder / "package-lock.json"), install)


def main(arguments: Sequence[str]) -> int:
    """Prepare, then become `python -m local` in the project's folder; 1 when that is impossible."""
    try:
        node = node_version()  # first, because it costs nothing, and installing Python packages takes a while
        with preparation_lock(ROOT):
            prepare_python(ROOT)
            prepare_azurite(ROOT, node)
    except NotReadyError as wrong:
        report(str(wrong))
        return 1
    os.chdir(ROOT)
    python = str(ROOT / ".venv" / "bin" / "python")
    return os.execv(python, [python, "-m", "local", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
