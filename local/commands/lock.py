"""`./dev lock`: compiles the lock files again, with the newest versions that pyproject.toml and package.json allow."""

import argparse
import subprocess

from local.machine.paths import AZURITE, ROOT
from local.prepare import uv_environment, uv_program
from local.vendor import FOLDER as VENDOR

COMPILE = (
    "pip",
    "compile",
    "--quiet",
    "--system-certs",
    "--universal",  # one file for all Pythons on every system, with markers
    "--generate-hashes",
    "--upgrade",
    "--no-emit-index-url",
    "--no-annotate",  # annotations would name folders of the machine that compiled
    "--custom-compile-command=./dev lock",
)

DEPLOYED = (
    "--python-version=3.11",
    "pyproject.toml",
    "--extra=aws",
    "--extra=azure-monitor",
    "--output-file=requirements.txt",
)
# The constraint makes the tested versions those that are deployed.
DEVELOPMENT = (
    "--python-version=3.11",
    "pyproject.toml",
    "--extra=dev",
    "--extra=aws",
    "--extra=azure-monitor",
    "--extra=otlp",
    "--extra=operations",
    "--constraints=requirements.txt",
    "--output-file=requirements-dev.txt",
)
WORKER = (
    "--python-version=3.13",
    "--no-deps",  # the app brings the rest
    "local/azure_python/requirements.in",
    "--output-file=local/azure_python/requirements.txt",
)
INSTALLER = (
    "--python-version=3.11",
    "local/installer/requirements.in",
    "--output-file=local/installer/requirements.txt",
)
BROWSER = (
    "--python-version=3.11",
    "tests/proofs/browser/requirements.in",
    "--output-file=tests/proofs/browser/requirements.txt",
)
LOCKS = (DEPLOYED, DEVELOPMENT, WORKER, INSTALLER, BROWSER)

NPM = ("npm", "install", "--package-lock-only", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund")


def run(arguments: list[str]) -> int:
    """Write every requirements file, and every lock of npm's packages."""
    argparse.ArgumentParser(prog="./dev lock", description=__doc__).parse_args(arguments)
    uv, environment = uv_program(ROOT), uv_environment(ROOT)
    for lock in LOCKS:
        subprocess.run([uv, *COMPILE, *lock], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(NPM, cwd=AZURITE, check=True)
    subprocess.run(NPM, cwd=VENDOR, check=True)
    print(
        "Every requirements file and package-lock.json is compiled. ./dev vendor copies the portal's libraries again."
    )
    return 0
