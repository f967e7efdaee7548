"""money-in: purchases, recharges, refunds and disputes under every fault; provider and ledger agree at the end."""

import argparse
import random
from itertools import cycle, islice

from tests.proofs.prove.claim import Claim, Option, Result

SCENARIOS = ("purchases", "recharging", "card testing", "capped", "stored cards", "money back", "limits", "everything")
"""The scenarios in which money comes in or goes back."""

MUST_HAPPEN = (
    "payment succeeded",
    "payment cancelled",
    "recharge paid",
    "card charged again after a decline",
    "refund succeeded",
    "refund failed",
    "dispute open",
    "dispute won",
    "dispute lost",
)
"""What fewer runs might not have covered: without it, the claim has not been tested."""


def test(chosen: argparse.Namespace) -> Result:
    """Run fresh seeds of every scenario with payments, and search for the bugs that are planted in them."""
    from tests.simulation.parallel_runs import on_all_cores, run_scenarios  # noqa: PLC0415 - needed by this claim only
    from tests.simulation.planted import BUGS  # noqa: PLC0415 - as above
    from tests.simulation.planted.search import search_for  # noqa: PLC0415 - as above

    first = random.randrange(1, 2**31)
    print(f"  seeds {first} to {first + chosen.seeds - 1}", flush=True)
    runs = [(name, str(first + number)) for number, name in enumerate(islice(cycle(SCENARIOS), chosen.seeds))]
    whole = on_all_cores(run_scenarios, runs, lambda progress: print(f"  {progress}", flush=True))
    for name, times in sorted(whole.totals.items()):
        print(f"  {name:<36}{times:>8}")
    for failed in whole.failed:
        print(f"  {failed}")
    found = [search_for(bug) for bug in BUGS if bug.scenario in SCENARIOS]
    for result in found:
        print(f"  planted bug: {result}")
    missed = [result.name for result in found if not result.was_found]
    untested = [name for name in MUST_HAPPEN if not whole.totals[name]]
    totals = whole.totals
    refunds, disputes = (
        sum(times for name, times in totals.items() if name.startswith(kind)) for kind in ("refund ", "dispute ")
    )
    words = (
        f"{whole.runs} runs with {sum(whole.counts.values())} faults: {totals['payment succeeded']} payments and paid "
        f"lots one to one, {refunds} refunds and {disputes} disputes too, {len(whole.failed)} violations; "
        f"{len(found) - len(missed)} of {len(found)} planted bugs found"
    )
    flaws = [*whole.failed, *missed, *(f"never happened: {name}" for name in untested)]
    facts = {
        "runs": whole.runs,
        "faults": sum(whole.counts.values()),
        "payments": totals["payment succeeded"],
        "refunds": refunds,
        "disputes": disputes,
        "violations": len(whole.failed),
        "planted": len(found),
        "found": len(found) - len(missed),
    }
    return Result(not flaws, f"{words}: {flaws[0]}" if flaws else words, facts)


CLAIM = Claim(
    "money-in",
    "whatever fails, payments and paid lots match one to one, refunds and disputes too, one charge a crossing",
    (Option("seeds", 3000, len(SCENARIOS), "number of runs, in turn over the scenarios with payments"),),
    test,
)
