"""Random transactions and answers by number: what the lean client sends and reads, compared with azure-data-tables."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.adapters.wire_answers import usual_answer
from tests.adapters.wire_flaws import odd_answer
from tests.adapters.wire_rig import hear_both
from tests.adapters.wire_transactions import odd_transaction, transaction

ODD_TRANSACTIONS, ODD_ANSWERS = 0.1, 0.5
"""Shares of what the port does not take, and of what a healthy storage does not answer."""

EXAMPLES_MAX = 20


@dataclass(slots=True)
class Compared:
    """*counts* has the cases by what was compared, and *differences* the cases that were not equal."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def add(self, other: "Compared") -> None:
        """Add what another process compared."""
        self.counts += other.counts
        self.differences = [*self.differences, *other.differences][:EXAMPLES_MAX]


def compare(cases: Sequence[str]) -> Compared:
    """Compare both clients in each case; a case is the seed of its transaction and answer."""
    logging.disable()  # azure-core reports each answer that it cannot read
    compared = Compared()
    for case in cases:
        asyncio.run(_compare(case, compared))
    return compared


async def _compare(case: str, compared: Compared) -> None:
    dice = Random(case)
    odd_writes, odd = dice.random() < ODD_TRANSACTIONS, dice.random() < ODD_ANSWERS
    partition, writes = (odd_transaction if odd_writes else transaction)(dice)
    answer = (odd_answer if odd else usual_answer)(dice, max(1, len(writes)))
    by_sdk, by_lean = await hear_both(partition, writes, answer)
    kind = by_lean.end[0] if isinstance(by_lean.end, tuple) else "applied"
    compared.counts.update({"rows": len(writes), "requests": len(by_lean.sent), kind: 1})
    if not by_lean.by_sdk:
        compared.counts["encoded and read by the lean client alone"] += 1
    elif not odd and not odd_writes:
        compared.differences.append(f"case {case}: azure-data-tables did the work of a usual transaction")
    if by_lean.sent != by_sdk.sent:
        compared.differences.append(f"case {case}: sent {by_lean.sent!r:.500}, not {by_sdk.sent!r:.500}")
    if by_lean.end != by_sdk.end:
        compared.differences.append(f"case {case}: read {by_lean.end!r:.500}, not {by_sdk.end!r:.500}")
