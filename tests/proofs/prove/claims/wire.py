"""wire: the lean client sends and reads what azure-data-tables does, for random transactions, reads and answers."""

import argparse
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from time import monotonic

from tests.proofs.prove.claim import SEED, Claim, Option, Result

AT_ONCE = 100
"""Cases that a process gets in one piece."""


def test(chosen: argparse.Namespace) -> Result:
    """Compare both clients in so many cases, on all cores."""
    from tests.adapters.wire_comparison import Compared, compare  # noqa: PLC0415 - what only this claim needs

    began, whole = monotonic(), Compared()
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        for part in pool.map(compare, _pieces(chosen.seed, chosen.cases)):
            whole.add(part)
    for name, times in sorted(whole.counts.items()):
        print(f"  {name:<44}{times:>8}")
    for difference in whole.differences:
        print(f"  {difference}")
    words = (
        f"{chosen.cases} random transactions of {whole.counts['rows']} rows, as many reads, and their answers: "
        f"requests and readings equal those of azure-data-tables, {chosen.cases / (monotonic() - began):.0f} a second"
    )
    facts = {"cases": chosen.cases, "rows": whole.counts["rows"], "differences": len(whole.differences)}
    holds = not whole.differences
    return Result(holds, words if holds else whole.differences[0], {**facts, "seed": chosen.seed})


def _pieces(seed: int, cases: int) -> Iterator[Sequence[str]]:
    for start in range(0, cases, AT_ONCE):
        yield [f"{seed} {number}" for number in range(start, min(start + AT_ONCE, cases))]


CLAIM = Claim(
    "wire",
    "requests and readings of the lean storage client equal those of azure-data-tables, byte by byte",
    (Option("cases", 20_000, 1, "random transactions and as many reads, each with random answers"), SEED),
    test,
)
