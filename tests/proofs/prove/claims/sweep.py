"""sweep: one fault at each external call of every scenario in turn, as far as a limit allows, and a sample of pairs."""

import argparse
from random import Random
from time import monotonic

from tests.proofs.prove.claim import Claim, Option, Result


def test(chosen: argparse.Namespace) -> Result:
    """Run single faults and a sample of pairs on undisturbed runs of each scenario."""
    from tests.simulation.parallel_runs import on_all_cores, run_cases  # noqa: PLC0415 - needed by this claim only
    from tests.simulation.scenarios import SCENARIOS  # noqa: PLC0415 - as above
    from tests.simulation.sweep import pairs, sample, singles  # noqa: PLC0415 - as above

    began, bases = monotonic(), [(name, str(seed)) for name in SCENARIOS for seed in range(1, chosen.bases + 1)]
    every = {base: list(singles(*base)) for base in bases}
    single = [case for cases in every.values() for case in sample(cases, Random(), chosen.most)]
    paired = [case for name, seed in bases for case in pairs(name, seed, Random(f"{name} {seed}"), chosen.pairs)]
    possible = sum(map(len, every.values()))
    print(f"  {len(single)} of {possible} single faults, {len(paired)} pairs", flush=True)
    for (name, seed), cases in every.items():
        if len(cases) > chosen.most:
            print(f"  {name}, seed {seed}: a random {chosen.most} of {len(cases)} single faults", flush=True)
    whole = on_all_cores(run_cases, [*single, *paired], lambda progress: print(f"  {progress}", flush=True))
    for name, times in sorted(whole.counts.items()):
        print(f"  {name:<24}{times:>8}")
    for failed in whole.failed:
        print(f"  {failed}")
    words = (
        f"{len(single)} of {possible} single faults and {len(paired)} pairs in {len(SCENARIOS)} scenarios, "
        f"{whole.runs / (monotonic() - began):.0f} runs a second, {len(whole.failed)} violations"
    )
    facts = {"single": len(single), "possible": possible, "pairs": len(paired), "violations": len(whole.failed)}
    return Result(not whole.failed, words if not whole.failed else f"{words}: {whole.failed[0]}", facts)


CLAIM = Claim(
    "sweep",
    "with one fault of each kind at each external call, and with a sample of pairs, no invariant is violated",
    (
        Option("bases", 1, 1, "undisturbed base runs of each scenario"),
        Option("most", 1_000, 1, "single faults of each base run; of a longer run, a new random sample each time"),
        Option("pairs", 100, 0, "pairs of faults for each base run"),
    ),
    test,
)
