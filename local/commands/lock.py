"""`./dev lock`: compiles the locks again: the newest versions that pyproject.toml and package.json allow."""

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from local.machine.places import AZURITE, ROOT, STATE

COMPILE = (
    "pip",
    "compile",
    "--quiet",
    "--universal",  # one file for 3.11 to 3.13 on every system, with markers
    "--python-version=3.11",
    "--generate-hashes",
    "--upgrade",
    "--no-emit-index-url",
    "--no-annotate",  # annotations would name folders of the machine that compiled
    "--custom-compile-command=./dev lock",
    "pyproject.toml",
)

NPM = ("npm", "install", "--package-lock-only", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund")


def run(arguments: list[str]) -> int:
    """Write requirements.txt, requirements-dev.txt and Azurite's lock; uv lives only as long as this takes."""
    argparse.ArgumentParser(prog="./dev lock", description=__doc__).parse_args(arguments)
    with TemporaryDirectory(dir=STATE, prefix="lock-") as scratch:
        python = Path(scratch) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", scratch], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "uv"], check=True)
        uv = Path(scratch) / "bin" / "uv"
        subprocess.run(
            [uv, *COMPILE, "--output-file=requirements.txt"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
        # What is deployed and what is tested are the same versions.
        development = ("--extra=dev", "--constraints=requirements.txt", "--output-file=requirements-dev.txt")
        subprocess.run([uv, *COMPILE, *development], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(NPM, cwd=AZURITE, check=True)
    print("requirements.txt, requirements-dev.txt and local/azurite/package-lock.json are compiled.")
    return 0
