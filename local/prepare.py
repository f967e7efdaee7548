"""Makes the machine ready: `.venv` from requirements-dev.txt, Azurite from its lock, then `python -m local`.

Standard library only, because it runs before anything is installed. A step writes a stamp when it is done, and is
skipped while the stamp names the same lock file and the same Python or Node. A second process waits for the first.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_MIN = 20
LOCK = "requirements-dev.txt"
INSTALLER_LOCK = "local/installer/requirements.txt"
"""uv, which installs all other packages."""

PIP = ("--disable-pip-version-check", "--quiet", "install", "--require-hashes", "--no-deps", "--only-binary", ":all:")
UV = ("pip", "install", "--quiet", "--require-hashes", "--no-deps", "--no-build", "--system-certs")
"""Arguments of the installers: install exactly what a lock file lists, and run no code of a package."""

SETTINGS_OF_PIP = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}
"""Settings of pip, which may stand in pip.conf, and what uv calls them."""

BARELY_IMPORTED = (
    r"/site-packages/(coverage|google|graphql|libcst|moto|mypy|mypyc|oauthlib|pygments|ruamel|stripe|textual|typer)/"
)
"""Large packages of which a run imports a few files: Python compiles those when it imports them."""

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


def run(arguments: Sequence[str], folder: Path, failure: str, environment: Mapping[str, str] | None = None) -> None:
    """Run one installer; NotReadyError with its last lines and *failure* when it fails."""
    done = subprocess.run(  # noqa: PLW1510 - the return code is checked below
        arguments,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-15:])
        raise NotReadyError(f"{tail}\n\n{failure}")


def uv_program(root: Path) -> str:
    """The uv that `prepare_python` installs."""
    return str(root / ".venv" / "bin" / "uv")


def uv_environment(root: Path) -> dict[str, str]:
    """This environment, with the index and the certificates of pip's configuration, which uv does not read. The cache
    is beside the packages, so that uv links files instead of copying them. What is set for uv has precedence.
    """
    listing = [str(root / ".venv" / "bin" / "python"), "-m", "pip", "config", "list"]
    listed = subprocess.run(listing, capture_output=True, text=True, check=False).stdout
    of_pip: dict[str, str] = {}
    for scope in ("global", "install", ":env:"):
        of_pip.update(re.findall(rf"^{scope}\.([a-z-]+)='(.*)'$", listed, re.MULTILINE))
    given = {name: of_pip[setting] for setting, name in SETTINGS_OF_PIP.items() if setting in of_pip}
    return {"UV_CACHE_DIR": str(root / ".local" / "uv"), **given, **os.environ}


def install_packages(root: Path, lock: Path, *options: str) -> None:
    """Install what *lock* lists, hashes checked, with the uv in `.venv`; *options* say where. Raises NotReadyError."""
    run(
        [uv_program(root), *UV, *options, "-r", str(lock)],
        root,
        f"uv could not install the packages of {lock.name}. Is the package index reachable?",
        uv_environment(root),
    )


def prepare_python(root: Path) -> None:
    """`.venv` with exactly what requirements-dev.txt lists, hashes checked, and uv, which installs it and is itself
    installed by the pip that comes with Python. All processors compile the packages.
    """
    venv = root / ".venv"

    def install() -> None:
        report(f"preparing Python: .venv from {LOCK} (about 10 s, once)")
        shutil.rmtree(venv, ignore_errors=True)
        run(
            [sys.executable, "-m", "venv", str(venv)],
            root,
            "Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv.",
        )
        python = str(venv / "bin" / "python")
        run(
            [python, "-m", "pip", *PIP, "-r", INSTALLER_LOCK],
            root,
            f"pip could not install {INSTALLER_LOCK}. Is the package index reachable? Then run ./dev again.",
        )
        install_packages(root, root / LOCK, "--python", python)
        compiling = [python, "-m", "compileall", "-q", "-j", "0", "-x", BARELY_IMPORTED, str(venv / "lib")]
        subprocess.run(compiling, cwd=root, stdout=subprocess.DEVNULL, check=False)  # some packages have templates

    run_unless_stamped(venv, fingerprint(f"{sys.version} {venv}", root / INSTALLER_LOCK, root / LOCK), install)


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
        with preparation_lock(ROOT), ThreadPoolExecutor() as both:
            azurite = both.submit(prepare_azurite, ROOT, node)
            prepare_python(ROOT)
            azurite.result()
    except NotReadyError as wrong:
        report(str(wrong))
        return 1
    os.chdir(ROOT)
    python = str(ROOT / ".venv" / "bin" / "python")
    return os.execv(python, [python, "-m", "local", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
