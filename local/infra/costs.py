"""`./dev costs`: computes Azure's cost, idle and per million calls, from infra/prices.json."""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.infra.checkers import INFRA

MINUTES, SECONDS = 43_800, 2_628_000
"""The minutes and seconds of a month."""
GB = 2
"""The memory of one instance: instanceMemoryMB is 2048 unless a parameter file sets it."""
CALLS = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: what is charged, how it is computed, dollars in each of two columns."""

    what: str
    how: str
    one: float
    other: float


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and their total, as docs/deploy.md shows them."""

    heads: tuple[str, str, str, str]
    rows: tuple[Row, ...]

    def lines(self) -> list[str]:
        """The table's lines in Markdown."""
        total = Row("**together**", "", sum(row.one for row in self.rows), sum(row.other for row in self.rows))
        shown = [f"| {row.what} | {row.how} | {row.one:.2f} | {row.other:.2f} |" for row in (*self.rows, total)]
        return [f"| {' | '.join(self.heads)} |", "|---|---|---:|---:|", *shown]


def tables(infra: Path = INFRA) -> tuple[Table, Table]:
    """The cost of an idle month (trial, production), and of a million calls (one or fifty per message)."""
    given = json.loads((infra / "prices.json").read_text())
    every = [alarm["every"] for alarm in json.loads((infra / "alarms.json").read_text())]
    ready = (infra / "production.bicepparam").read_text().count("instanceCount: 1 ")
    price, assumed, measured = given["prices"], given["assumed"], given["measured"]
    return _idle(price, assumed, every, ready), _busy(price, assumed, measured)


def _idle(price: Mapping[str, float], assumed: Mapping[str, float], every: list[str], ready: int) -> Table:
    awake = assumed["minuteTimers"] * MINUTES * assumed["timerSeconds"] * GB
    timers = max(awake - price["freeGBs"], 0) * price["onDemandGBs"]
    polls = assumed["pollsAMinute"] * MINUTES / 10_000 * price["queueOperations10k"]
    often = every.count("PT5M")
    alarms = often * price["alarmEvery5Minutes"] + (len(every) - often) * price["alarmLessOften"]
    logs = max(assumed["idleLogsGB"] - price["freeLogsGB"], 0) * price["logsGB"]
    kept = ready * GB * SECONDS * price["readyGBs"]
    rows = (
        Row("timers", f"{awake:,.0f} GB-s, {price['freeGBs']:,} of them free", timers, timers),
        Row("looking at queues", f"{assumed['pollsAMinute']} operations a minute", polls, polls),
        Row("alarms", f"{often} every 5 minutes, {len(every) - often} less often", alarms, alarms),
        Row("logs", f"{assumed['idleLogsGB']} GB, {price['freeLogsGB']} GB of an account are free", logs, logs),
        Row("instances kept warm", f"{ready} in production", 0, kept),
    )
    return Table(("a month, idle", "of", "trial, $", "production, $"), rows)


def _busy(
    price: Mapping[str, float], assumed: Mapping[str, float], measured: Mapping[str, Mapping[str, float]]
) -> Table:
    def dollars(how: str) -> tuple[float, ...]:
        used = {name: count * CALLS / 1_000 for name, count in measured[how].items()}
        return (
            (used["queue"] + used["messages"]) / 10_000 * price["queueOperations10k"],
            (used["all"] - used["queue"]) / 10_000 * price["tableTransactions10k"],
            used["messages"] / 1e6 * price["executionsMillion"],
            used["seconds"] * GB * price["onDemandGBs"],
            used["messages"] * assumed["logsKBAMessage"] / 1e6 * price["logsGB"],
            CALLS * assumed["ledgerKBACall"] / 1e6 * price["ledgerGB"],
        )

    words = (
        ("queue operations", "sent, taken, deleted"),
        ("table transactions", "many calls to one commit"),
        ("executions", "one a message"),
        ("computing", f"{measured['singly']['seconds']} or {measured['fifty']['seconds']} s for 1,000 calls"),
        ("logs", f"{assumed['logsKBAMessage']} kB a message"),
        ("the ledger, kept for a month", f"{assumed['ledgerKBACall']} kB a call"),
    )
    rows = tuple(
        Row(*said, *pair)
        for said, pair in zip(words, zip(dollars("singly"), dollars("fifty"), strict=True), strict=True)
    )
    return Table(("a million calls", "of", "one a message, $", "fifty a message, $"), rows)


def run(arguments: list[str]) -> int:
    """Print both tables; 0."""
    argparse.ArgumentParser(prog="./dev costs", description=__doc__).parse_args(arguments)
    print("\n\n".join("\n".join(table.lines()) for table in tables()))
    return 0
