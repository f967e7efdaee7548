"""One machine for the operator's tests; each has an account of its own, opened by the operator's own commands."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from local.commands.sample_card import SAMPLE
from local.machine.machine import Machine
from operations.commands import credits_group
from tests.journeys.customer import Customer
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue
from tests.tenant import world

__all__ = ["customer", "machine", "run", "world"]

CARD = ("rates", "import", str(SAMPLE), "--valid-from", "2020-01-01T00:00:00Z", "--currency", "USD")


@dataclass(frozen=True)
class Output:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="package")
def machine():
    with Machine.start(None) as running:
        yield running


@pytest.fixture
def run(machine, monkeypatch):
    """Runs one of the operator's commands on the machine."""
    monkeypatch.setattr("operations.connections.log_to_stderr", lambda: None)  # it would outlive the test

    def invoke(*arguments: str, **environment: str) -> Output:
        done = CliRunner(env={**machine.settings, **environment}).invoke(credits_group, arguments)
        return Output(done.exit_code, done.stdout, done.stderr)

    return invoke


@pytest.fixture
def customer(machine, run):
    """An organisation with an open account and ten dollars."""
    with HttpClient(machine) as portal, UsageQueue(machine) as queue:
        opened = Customer(machine, portal, queue)
        for command in (
            CARD,
            ("account", "open", opened.account, "--currency", "USD", "--country", "US"),
            ("account", "grant", opened.account, "--amount", "10", "--reference", str(uuid4()), "--kind", "paid"),
        ):
            done = run(*command)
            assert done.code == 0, done.err
        yield opened
