"""simulation: the real use cases and posting loop on failing external services, thousands of seeds, all invariants."""

import argparse
import random
from time import monotonic

from tests.proofs.prove.claim import Claim, Option, Result

FRESH = 2**31
"""Upper limit for the random first seed of a run without `--seed`."""


def test(chosen: argparse.Namespace) -> Result:
    """Run fresh seeds and hunt every planted bug, or replay one seed and print its event log."""
    return _replay(chosen.seed) if chosen.seed else _many(chosen.seeds)


def _replay(seed: int) -> Result:
    from tests.simulation.parallel_runs import run_seed  # noqa: PLC0415 - needed by this claim only

    outcome = run_seed(seed, logged=True)
    print(outcome.log)
    words = "; ".join(outcome.violations) or f"seed {seed} ({outcome.scenario}): no invariant was violated"
    return Result(not outcome.violations, words, {"seed": seed, "scenario": outcome.scenario})


def _show(progress: str) -> None:
    print(f"  {progress}", flush=True)


def _many(seeds: int) -> Result:
    from tests.simulation.parallel_runs import on_all_cores, run_seeds  # noqa: PLC0415 - needed by this claim only
    from tests.simulation.planted.search import search_for_all  #  noqa: PLC0415 - as above

    first, began = random.randrange(1, FRESH), monotonic()
    print(f"  seeds {first} to {first + seeds - 1}", flush=True)
    whole = on_all_cores(run_seeds, range(first, first + seeds), _show)
    rate = whole.runs / (monotonic() - began)
    for name, times in sorted(whole.counts.items()):
        print(f"  {name:<24}{times:>8}")
    for failed in whole.failed:
        print(f"  {failed}")
    found = search_for_all()
    for result in found:
        print(f"  planted bug: {result}")
    missed = [result.name for result in found if not result.was_found]
    holds = not whole.failed and not missed
    words = (
        f"{whole.runs} seeds, {rate:.0f} a second, {sum(whole.counts.values())} faults, "
        f"{len(whole.failed)} violations; {len(found) - len(missed)} of {len(found)} planted bugs found"
    )
    facts = {
        "seeds": whole.runs,
        "first": first,
        "perSecond": round(rate),
        "faults": sum(whole.counts.values()),
        "violations": len(whole.failed),
        "planted": len(found),
        "found": len(found) - len(missed),
    }
    return Result(holds, words if not whole.failed else f"{words}: {whole.failed[0]}", facts)


CLAIM = Claim(
    "simulation",
    "with random crashes, freezes, losses and delays, no invariant is violated, and every planted bug is found",
    (
        Option("seeds", 5000, 1, "number of fresh seeds"),
        Option("seed", 0, 0, "replay this one seed and print its event log instead"),
    ),
    test,
)
