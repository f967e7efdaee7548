"""sweep: one fault at every outside call of every scenario in turn, and a sample of pairs. No luck involved."""

import argparse
from random import Random
from time import monotonic

from tests.proofs.prove.claim import Claim, Figure, Option


def attempt(chosen: argparse.Namespace) -> Figure:
    """Every single fault on so many undisturbed runs of each scenario, and so many pairs."""
    from tests.simulation.parallel_runs import on_all_cores, run_cases  # noqa: PLC0415 - what only this claim needs
    from tests.simulation.scenarios import SCENARIOS  # noqa: PLC0415 - as above
    from tests.simulation.sweep import pairs, singles  # noqa: PLC0415 - as above

    began, bases = monotonic(), [(name, str(seed)) for name in SCENARIOS for seed in range(1, chosen.bases + 1)]
    single = [case for base in bases for case in singles(*base)]
    paired = [case for name, seed in bases for case in pairs(name, seed, Random(f"{name} {seed}"), chosen.pairs)]
    print(f"  {len(single)} single faults, {len(paired)} pairs", flush=True)
    whole = on_all_cores(run_cases, [*single, *paired])
    for name, times in sorted(whole.counts.items()):
        print(f"  {name:<24}{times:>8}")
    for failed in whole.failed:
        print(f"  {failed}")
    words = (
        f"{len(single)} single faults and {len(paired)} pairs in {len(SCENARIOS)} scenarios, "
        f"{whole.runs / (monotonic() - began):.0f} runs a second, {len(whole.failed)} violations"
    )
    facts = {"single": len(single), "pairs": len(paired), "violations": len(whole.failed)}
    return Figure(not whole.failed, words if not whole.failed else f"{words}: {whole.failed[0]}", facts)


CLAIM = Claim(
    "sweep",
    "one fault of each kind at each outside call, and a sample of pairs: every invariant holds",
    (
        Option("bases", 1, 1, "undisturbed runs of each scenario to begin with"),
        Option("pairs", 200, 0, "pairs for each of them"),
    ),
    attempt,
)
