"""simulation: the real verbs and the real loop on an outside that fails: thousands of seeds, all invariants checked."""

import argparse
import random
from time import monotonic

from tests.proofs.prove.claim import Claim, Figure, Option

FRESH = 2**31
"""Seeds that nobody asked for by number begin somewhere below this, elsewhere each time."""

STORY_TIMES = 200
"""Seeds of a planted bug's own that are tried at most before the simulation is called blind."""


def attempt(chosen: argparse.Namespace) -> Figure:
    """Without a seed: so many fresh ones, and every planted bug. With one: its story."""
    return _story(chosen.seed) if chosen.seed else _many(chosen.seeds)


def _story(seed: int) -> Figure:
    from tests.simulation.parallel_runs import run_seed  # noqa: PLC0415 - what only this claim needs

    outcome = run_seed(seed, told=True)
    print(outcome.story)
    words = "; ".join(outcome.violations) or f"seed {seed} ({outcome.scenario}): every invariant held"
    return Figure(not outcome.violations, words, {"seed": seed, "scenario": outcome.scenario})


def _many(seeds: int) -> Figure:
    from tests.simulation.parallel_runs import on_all_cores, run_seeds  # noqa: PLC0415 - what only this claim needs
    from tests.simulation.planted.hunt import hunt  # noqa: PLC0415 - as above

    first, began = random.randrange(1, FRESH), monotonic()
    print(f"  seeds {first} to {first + seeds - 1}", flush=True)
    whole = on_all_cores(run_seeds, range(first, first + seeds))
    rate = whole.runs / (monotonic() - began)
    for name, times in sorted(whole.counts.items()):
        print(f"  {name:<24}{times:>8}")
    for failed in whole.failed:
        print(f"  {failed}")
    found = hunt()
    for prey in found:
        print(f"  planted: {prey}")
    blind = [prey.name for prey in found if not prey.was_found]
    holds = not whole.failed and not blind
    words = (
        f"{whole.runs} seeds, {rate:.0f} a second, {sum(whole.counts.values())} faults, "
        f"{len(whole.failed)} violations; {len(found) - len(blind)} of {len(found)} planted bugs found"
    )
    facts = {
        "seeds": whole.runs,
        "first": first,
        "perSecond": round(rate),
        "faults": sum(whole.counts.values()),
        "violations": len(whole.failed),
        "planted": len(found),
        "found": len(found) - len(blind),
    }
    return Figure(holds, words if not whole.failed else f"{words}: {whole.failed[0]}", facts)


CLAIM = Claim(
    "simulation",
    "whatever crashes, freezes, gets lost or comes late: every invariant holds, and every planted bug is found",
    (
        Option("seeds", 5000, 1, "fresh seeds"),
        Option("seed", 0, 0, "tell the story of this one instead"),
    ),
    attempt,
)
