"""A fake `az` that gives prepared answers, and the scripts of infra/ that call it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from local.infra.checkers import INFRA

PROGRAM = Path(__file__).with_name("azure_cli.py")


class Azure:
    """A folder with an `az` that is first on the PATH."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        program = folder / "az"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} "{PROGRAM}" "$@"\n')
        program.chmod(0o755)

    def answer(self, said: dict[str, Any], storage: str = "") -> None:
        """Set what the commands answer, by their beginning; *storage* is a connection string."""
        (self._folder / "answers.json").write_text(json.dumps({"said": said, "storage": storage}))

    def run(
        self, script: str, *arguments: str, typed: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a script of infra/ with *typed* as its input."""
        path = f"{self._folder}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["sh", str(INFRA / script), *arguments],
            env={**os.environ, "PATH": path, "FAKE_AZ": str(self._folder), **environment},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The commands that were run, with their arguments and input."""
        kept = self._folder / "commands.jsonl"
        return [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
