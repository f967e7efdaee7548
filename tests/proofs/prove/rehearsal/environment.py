"""The environment of rehearsals: a machine, a shell with the operator's `credits` command, direct access to tables."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote

from azure.data.tables import TableServiceClient

from local.clock import LocalClock
from local.commands.up import write_settings
from local.machine.machine import Machine
from local.machine.paths import ROOT
from shared.service.services import Services
from shared.settings import read_settings
from shared.wiring.composition import opened
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.corruption.rows import Row, partition
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.rehearsal.blocks import Block
from tests.proofs.prove.usage_queue import UsageQueue

SHELL = ("bash", "-e", "-u", "-o", "pipefail", "-c")
"""A block ends at the first command that fails."""

BLOCK_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Environment:
    """One machine for all rehearsals; *outputs* contains the output of each block."""

    machine: Machine
    client: HttpClient
    queue: UsageQueue
    checks: Checks = field(default_factory=Checks)
    outputs: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def on(cls, machine: Machine) -> Iterator["Environment"]:
        """Prepare *machine*: put the operator's command, with the machine's settings, on the shell's path."""
        with HttpClient(machine) as client, UsageQueue(machine) as queue:
            env = cls(machine, client, queue)
            write_settings(machine)
            env.scratch.mkdir(exist_ok=True)
            script = env.scratch / "credits"
            module = f"{quote(sys.executable)} -m local.commands.credits {quote(str(machine.folder))}"
            script.write_text(f'#!/bin/sh\nPYTHONPATH={quote(str(ROOT))} exec {module} "$@"\n')
            script.chmod(0o755)
            yield env

    @property
    def scratch(self) -> Path:
        """The folder in which blocks run and write files."""
        return self.machine.folder / "scratch"

    def run(self, block: Block, variables: Mapping[str, str]) -> None:
        """Run a block as an operator would, with *variables* set, and check that it exits with 0."""
        path = f"{self.scratch}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [*SHELL, block.text],
            check=False,
            cwd=self.scratch,
            env={**os.environ, **variables, "PATH": path},
            capture_output=True,
            text=True,
            timeout=BLOCK_SECONDS,
        )
        self.outputs.append(done.stdout)
        ending = (done.returncode, done.stderr[-500:] if done.returncode else "")
        self.checks.equal(f"runbook.md:{block.line}: exit code and errors of the block", ending, (0, ""))

    @contextmanager
    def host_stopped(self) -> Iterator[None]:
        """Stop the host inside the block: no message is processed, no timer fires."""
        self.machine.interrupt_host()
        try:
            yield
        finally:
            self.machine.start_host()

    def run_use_case(self, use_case: Callable[[Services], Awaitable[object]]) -> None:
        """Run one of the service's use cases in this process; messages that it sends stay in the queues."""

        async def run() -> None:
            clock = LocalClock(self.machine.folder / "clock")
            async with opened(read_settings(self.machine.settings), clock) as services:
                await use_case(services)

        asyncio.run(run())

    def tables(self) -> TableServiceClient:
        """Direct access to the machine's tables, without the service."""
        return TableServiceClient.from_connection_string(self.machine.storage)

    def rows(self, account: str) -> dict[str, Row]:
        """Every row of an account in the ledger, by key."""
        with self.tables() as tables:
            return {row["RowKey"]: row for row in partition(tables, account, "", "~")}
