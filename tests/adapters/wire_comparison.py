"""Random transactions and reads by number: what the lean client sends and reads, compared with azure-data-tables."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.adapters.wire_answers import usual_answer
from tests.adapters.wire_flaws import odd_answer
from tests.adapters.wire_read_flaws import odd_answers
from tests.adapters.wire_reads import odd_read, read, usual_answers
from tests.adapters.wire_rig import Heard, hear_both, hear_both_read
from tests.adapters.wire_transactions import odd_transaction, transaction

ODD_REQUESTS, ODD_ANSWERS = 0.1, 0.5
"""Shares of what the port does not take, and of what a healthy storage does not answer."""

REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
"""azure-data-tables sends a read again to where the storage points, thirty times. The lean client never does."""

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

    def compare(self, case: str, by_sdk: Heard, by_lean: Heard, *, usual: bool) -> None:
        """Compare one call; what is *usual* must be the lean client's own work."""
        if not by_lean.by_sdk:
            self.counts["encoded and read by the lean client alone"] += 1
        elif usual:
            self.differences.append(f"{case}: azure-data-tables did the work of a usual call")
        if by_lean.sent != by_sdk.sent:
            self.differences.append(f"{case}: sent {by_lean.sent!r:.500}, not {by_sdk.sent!r:.500}")
        if by_lean.end != by_sdk.end:
            self.differences.append(f"{case}: read {by_lean.end!r:.500}, not {by_sdk.end!r:.500}")


def compare(cases: Sequence[str]) -> Compared:
    """Compare both clients in each case; a case is the seed of a transaction, of a read, and of their answers."""
    logging.disable()  # azure-core reports each answer that it cannot read
    compared = Compared()
    for case in cases:
        asyncio.run(_compare_transaction(case, compared))
        asyncio.run(_compare_read(case, compared))
    return compared


async def _compare_transaction(case: str, compared: Compared) -> None:
    dice = Random(case)
    odd_writes, odd = dice.random() < ODD_REQUESTS, dice.random() < ODD_ANSWERS
    partition, writes = (odd_transaction if odd_writes else transaction)(dice)
    answer = (odd_answer if odd else usual_answer)(dice, max(1, len(writes)))
    by_sdk, by_lean = await hear_both(partition, writes, answer)
    kind = by_lean.end[0] if isinstance(by_lean.end, tuple) else "applied"
    compared.counts.update({"rows": len(writes), "requests": len(by_lean.sent), kind: 1})
    compared.compare(f"case {case}", by_sdk, by_lean, usual=not odd and not odd_writes)


async def _compare_read(case: str, compared: Compared) -> None:
    dice = Random(f"read {case}")
    odd_keys, odd = dice.random() < ODD_REQUESTS, dice.random() < ODD_ANSWERS
    asked = (odd_read if odd_keys else read)(dice)
    answers = (odd_answers if odd else usual_answers)(dice, asked)
    by_sdk, by_lean = await hear_both_read(asked, *answers)
    if answers[-1].status in REDIRECTIONS:
        by_sdk.sent = by_lean.sent
    kind = by_lean.end[0] if isinstance(by_lean.end, tuple) else "rows" if by_lean.end != "None" else "no row"
    compared.counts.update({"requests": len(by_lean.sent), f"read: {kind}": 1})
    compared.compare(f"case {case}, read", by_sdk, by_lean, usual=not odd and not odd_keys)
