"""Stores a world as JSON: rows, queues, the payment provider's records, and the clock."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from shared.kernel.ids import CardId, PaymentId
from shared.kernel.times import instant_text, parse_instant
from shared.ports import Payment, Row, StoredCard
from tests.fakes.table import FakeTable
from tests.fakes.world import World

TABLES = ("ledger", "alarms", "suspense", "accounts")
PAYMENTS = TypeAdapter(dict[PaymentId, Payment])
CARDS = TypeAdapter(dict[CardId, tuple[str, str, StoredCard]])


def keep(world: World, path: Path, **about: str) -> None:
    """Write everything that is stored outside of processes."""
    bank = world.payments
    kept = {
        **about,
        "at": instant_text(world.clock.now()),
        "tables": {name: _rows(getattr(world, name)) for name in TABLES},
        "queues": [list(message) for message in world.queues.waiting],
        "payments": PAYMENTS.dump_python(bank.payments, mode="json"),
        "customers": bank._customers,
        "cards": CARDS.dump_python(bank._cards, mode="json"),
        "made": bank._made,
    }
    path.write_text(json.dumps(kept, indent=1) + "\n")


def recall(world: World, path: Path) -> dict[str, Any]:
    """Load the stored state into a new world, and return it."""
    kept: dict[str, Any] = json.loads(path.read_text())
    world.clock.time = parse_instant(kept["at"])
    for name in TABLES:
        table: FakeTable = getattr(world, name)
        for partition, rows in kept["tables"][name].items():
            table.partitions[partition] = {
                key: Row(key, f"kept-{number}", values) for number, (key, values) in enumerate(rows.items())
            }
    world.queues.waiting.extend((queue, text) for queue, text in kept["queues"])
    bank = world.payments
    bank.payments |= PAYMENTS.validate_python({name: _payment(facts) for name, facts in kept["payments"].items()})
    bank._customers |= kept["customers"]
    bank._created |= dict.fromkeys(bank.payments, world.clock.now())
    bank._cards |= CARDS.validate_python(kept["cards"])
    bank._made = kept["made"]
    return kept


def _payment(facts: dict[str, Any]) -> dict[str, Any]:
    """A recorded payment. Recordings of version 0.1.0 have the field `metadata` under the name `about`."""
    return {"metadata" if name == "about" else name: value for name, value in facts.items()}


def _rows(table: FakeTable) -> dict[str, dict[str, dict[str, Any]]]:
    return {
        partition: {key: dict(row.values) for key, row in rows.items()} for partition, rows in table.partitions.items()
    }
