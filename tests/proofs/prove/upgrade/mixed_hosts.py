"""Hosts of two versions on one machine, and the work that the earlier version leaves in flight."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Self

from local.machine.paths import ROOT
from tests.proofs.prove.corruption.rows import LEDGER
from tests.proofs.prove.rehearsal.environment import Environment
from tests.proofs.prove.rehearsal.organisation import FIFTY, TEN, Organisation, emails
from tests.proofs.prove.upgrade import leftovers

CENT, NEARLY_TEN = Decimal("0.01"), Decimal("9.999")


def replace_while_sending(
    env: Environment, rng: Random, texts: list[str], index: int, stop: Callable[[int], object]
) -> None:
    """Stop host *index* at a random moment while *texts* are sent, and start it again with the current code."""
    with ThreadPoolExecutor(1) as sender:
        moment = env.queue.sent + rng.randint(len(texts) // 3, len(texts) - 1)
        sending = sender.submit(env.queue.send, texts)
        env.queue.until_sent(moment)
        stop(index)
        env.machine.workers[index].code = ROOT
        env.machine.start_host(index)
        sending.result()
    print(f"  host {index + 1} runs the current version", flush=True)


@dataclass(frozen=True, slots=True)
class WorkInFlight:
    """The work that the earlier version began, each in its own account: a recharge whose message is in the outbox, one
    whose message is in its queue, one that was declined and waits for its next try, a notice in its queue.
    """

    in_outbox: Organisation
    in_queue: Organisation
    declined: Organisation
    notified: Organisation

    @classmethod
    def open(cls, env: Environment) -> Self:
        """Open the accounts, one step before the work begins."""
        in_outbox, in_queue, declined = (Organisation.open(env) for _ in range(3))
        in_flight = cls(in_outbox, in_queue, declined, Organisation.open(env, CENT))
        for organisation in (in_flight.in_outbox, in_flight.in_queue):
            organisation.store_card()
            organisation.enable_auto_recharge(NEARLY_TEN)
        in_flight.declined.decline_recharge("insufficient_funds")
        in_flight.notified.notify_administrator(in_flight.address)
        return in_flight

    @property
    def address(self) -> str:
        """The address that is notified when nothing is left."""
        return f"{self.notified.account[:8]}@contoso.example"

    def leave_behind(self, env: Environment, before: Path) -> None:
        """Without a host, let the earlier version's code book a call for each and leave the messages that follow."""
        calls = [organisation.call("the last one") for organisation in (self.in_outbox, self.in_queue, self.notified)]
        script = Path(leftovers.__file__).read_text()
        subprocess.run([sys.executable, "-c", script, *calls], cwd=before, env=dict(env.machine.settings), check=True)

    def compare(self, env: Environment) -> None:
        """Check that each was finished once."""
        for name in ("in_outbox", "in_queue", "declined"):
            organisation: Organisation = getattr(self, name)
            recharges = [amount for kind, amount in organisation.movements if kind == "recharge"]
            env.checks.equal(f"{name}: recharges", recharges, [FIFTY])
            env.checks.equal(f"{name}: payments", organisation.payments, [("succeeded", 1)])
            env.checks.equal(f"{name}: slot", organisation.recharge["slot"], "idle")
        env.checks.equal("declined: balance", self.declined.balance, TEN + FIFTY)
        env.checks.equal("notified: e-mails", len(emails(env, self.address)), 1)


def messages_and_rows_in_flight(env: Environment) -> Counter[str]:
    """What is in flight while no host runs: the number of messages by queue, of outbox rows, of alarms."""
    with env.tables() as tables:
        keys = [row["RowKey"] for row in tables.get_table_client(LEDGER).list_entities(select=["RowKey"])]
        alarms = sum(1 for _ in tables.get_table_client("Alarms").list_entities(select=["RowKey"]))
    outbox = sum(key.startswith("o:") for key in keys)
    return Counter({**env.queue.left(), "outbox rows": outbox, "alarms": alarms})


def split(texts: Sequence[str], number: int) -> list[list[str]]:
    """Split *texts* into *number* parts."""
    return [list(texts[start::number]) for start in range(number)]
