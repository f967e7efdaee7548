"""Where rehearsals take place: a machine, a shell in which `credits` is the operator's, and hands behind the scenes."""

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
from tests.proofs.prove.corruption.rows import Row, partition
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.rehearsal.blocks import Block
from tests.proofs.prove.usage_queue import UsageQueue

SHELL = ("bash", "-e", "-u", "-o", "pipefail", "-c")
"""The first command that fails ends a block."""

BLOCK_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Stage:
    """One machine for many rehearsals; *said* is what each block printed."""

    machine: Machine
    portal: HttpClient
    queue: UsageQueue
    evidence: Evidence = field(default_factory=Evidence)
    said: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def on(cls, machine: Machine) -> Iterator["Stage"]:
        """Prepare *machine*: the operator's command lies where a shell finds it, with the machine's settings."""
        with HttpClient(machine) as portal, UsageQueue(machine) as queue:
            stage = cls(machine, portal, queue)
            write_settings(machine)
            stage.scratch.mkdir(exist_ok=True)
            script = stage.scratch / "credits"
            module = f"{quote(sys.executable)} -m local.commands.credits {quote(str(machine.folder))}"
            script.write_text(f'#!/bin/sh\nPYTHONPATH={quote(str(ROOT))} exec {module} "$@"\n')
            script.chmod(0o755)
            yield stage

    @property
    def scratch(self) -> Path:
        """Where blocks are run, and files that they write."""
        return self.machine.folder / "scratch"

    def run(self, block: Block, variables: Mapping[str, str]) -> None:
        """Run a block as a person would, with *variables* set; it must end with 0."""
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
        self.said.append(done.stdout)
        ending = (done.returncode, done.stderr[-500:] if done.returncode else "")
        self.evidence.same(f"runbook.md:{block.line}: how the block ends", ending, (0, ""))

    @contextmanager
    def host_away(self) -> Iterator[None]:
        """No host runs meanwhile: nobody takes messages, no timer fires."""
        self.machine.interrupt_host()
        try:
            yield
        finally:
            self.machine.start_host()

    def work(self, verb: Callable[[Services], Awaitable[object]]) -> None:
        """Carry out one of the service's verbs here, on the machine's storage: what follows from it stays in queues."""

        async def worked() -> None:
            clock = LocalClock(self.machine.folder / "clock")
            async with opened(read_settings(self.machine.settings), clock) as services:
                await verb(services)

        asyncio.run(worked())

    def tables(self) -> TableServiceClient:
        """The machine's tables, to go behind the service's back."""
        return TableServiceClient.from_connection_string(self.machine.storage)

    def rows(self, account: str) -> dict[str, Row]:
        """Every row of an account in the ledger."""
        with self.tables() as tables:
            return {row["RowKey"]: row for row in partition(tables, account, "", "~")}
