"""The hosts of a machine on which two versions run, and what the earlier one leaves behind."""

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
from tests.proofs.prove.rehearsal.environment import Stage
from tests.proofs.prove.rehearsal.organisation import FIFTY, TEN, Organisation, emails
from tests.proofs.prove.upgrade import leftovers

CENT, NEARLY_TEN = Decimal("0.01"), Decimal("9.999")


def replace_while_sending(
    stage: Stage, dice: Random, texts: list[str], index: int, stop: Callable[[int], object]
) -> None:
    """End host *index* by *stop* somewhere in the middle of *texts*, and start it again with the present code."""
    with ThreadPoolExecutor(1) as sender:
        moment = stage.queue.sent + dice.randint(len(texts) // 3, len(texts) - 1)
        sending = sender.submit(stage.queue.send, texts)
        stage.queue.until_sent(moment)
        stop(index)
        stage.machine.workers[index].code = ROOT
        stage.machine.start_host(index)
        sending.result()
    print(f"  host {index + 1} runs the present version", flush=True)


@dataclass(frozen=True, slots=True)
class Begun:
    """What the earlier version began, one organisation each: a recharge whose message stays in the outbox, one whose
    message lies in its queue, one that was declined and waits for its hour, a notice that lies in its queue.
    """

    in_outbox: Organisation
    in_queue: Organisation
    declined: Organisation
    told: Organisation

    @classmethod
    def open(cls, stage: Stage) -> Self:
        """Everything up to the moment before."""
        in_outbox, in_queue, declined = (Organisation.open(stage) for _ in range(3))
        begun = cls(in_outbox, in_queue, declined, Organisation.open(stage, CENT))
        for people in (begun.in_outbox, begun.in_queue):
            people.store_card()
            people.arm(NEARLY_TEN)
        begun.declined.decline("insufficient_funds")
        begun.told.tell(begun.reader)
        return begun

    @property
    def reader(self) -> str:
        """Who is told that nothing is left."""
        return f"{self.told.account[:8]}@contoso.example"

    def leave(self, stage: Stage, before: Path) -> None:
        """No host runs: the earlier version's code books a call for each, and nobody works off what follows."""
        calls = [people.call("the last one") for people in (self.in_outbox, self.in_queue, self.told)]
        script = Path(leftovers.__file__).read_text()
        subprocess.run([sys.executable, "-c", script, *calls], cwd=before, env=dict(stage.machine.settings), check=True)

    def compare(self, stage: Stage) -> None:
        """Each was finished, once."""
        for name in ("in_outbox", "in_queue", "declined"):
            people: Organisation = getattr(self, name)
            recharges = [amount for kind, amount in people.movements if kind == "recharge"]
            stage.evidence.same(f"{name}: recharges", recharges, [FIFTY])
            stage.evidence.same(f"{name}: payments", people.payments, [("succeeded", 1)])
            stage.evidence.same(f"{name}: slot", people.recharge["slot"], "idle")
        stage.evidence.same("declined: balance", self.declined.balance, TEN + FIFTY)
        stage.evidence.same("told: e-mails", len(emails(stage, self.reader)), 1)


def left_behind(stage: Stage) -> Counter[str]:
    """What is in flight while no host runs: messages by queue, outbox rows, alarms."""
    with stage.tables() as tables:
        keys = [row["RowKey"] for row in tables.get_table_client(LEDGER).list_entities(select=["RowKey"])]
        alarms = sum(1 for _ in tables.get_table_client("Alarms").list_entities(select=["RowKey"]))
    outbox = sum(key.startswith("o:") for key in keys)
    return Counter({**stage.queue.left(), "outbox rows": outbox, "alarms": alarms})


def parts_of(texts: Sequence[str], number: int) -> list[list[str]]:
    """*texts* in *number* parts."""
    return [list(texts[start::number]) for start in range(number)]
