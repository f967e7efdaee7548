"""forecast: on held-out months of simulated organisations the 90 % range holds 85 to 95 % of the time (R20)."""

import argparse
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from typing import NamedTuple

from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Option, Result

HISTORIES, HORIZONS = (28, 56), (7, 30)
STATED, LEAST, MOST = 0.90, 0.85, 0.95
SEEDS_APART = 1_000_000
"""Seeds below 20,000 fitted the constants; a proof uses others."""


class Outcome(NamedTuple):
    """Whether the range held for one organisation, and by how many percent the likely value was off."""

    history: int
    horizon: int
    held: bool
    is_below: bool
    error: float


def test(chosen: argparse.Namespace) -> Result:
    """Forecast the charges of a week and of a month that follow four and eight weeks, and compare."""
    checks = Checks()
    first = SEEDS_APART * (chosen.seed + 1)
    with ProcessPoolExecutor(max_workers=max(1, os.cpu_count() or 1)) as pool:
        outcomes = [
            each for some in pool.map(_tried, range(first, first + chosen.tenants), chunksize=5) for each in some
        ]
    print("  history  ahead   held  below  above  median error")
    for history in HISTORIES:
        for horizon in HORIZONS:
            _check(checks, [each for each in outcomes if (each.history, each.horizon) == (history, horizon)])
    held = _share(outcomes)
    words = f"the stated 90 % range held {held:.1%} of the time, over {chosen.tenants} simulated organisations"
    return checks.result(words, tenants=chosen.tenants, held=round(held, 3))


def _check(checks: Checks, outcomes: Sequence[Outcome]) -> None:
    history, horizon, *_ = outcomes[0]
    held, below = _share(outcomes), sum(each.is_below for each in outcomes) / len(outcomes)
    error = sorted(each.error for each in outcomes)[len(outcomes) // 2]
    print(f"  {history:4} days {horizon:3} days {held:6.1%} {below:6.1%} {1 - held - below:6.1%} {error:8.1%}")
    checks.equal(f"{history} days, {horizon} ahead: {held:.1%} is 85 to 95 %", LEAST <= held <= MOST, expected=True)


def _share(outcomes: Sequence[Outcome]) -> float:
    return sum(each.held for each in outcomes) / len(outcomes)


def _tried(seed: int) -> list[Outcome]:
    """Every history and horizon of one organisation: what the rules charge for the calls that it then makes."""
    from shared.insight.forecast import charged_within  # noqa: PLC0415 - in the process that needs it
    from shared.insight.habit import habit_of  # noqa: PLC0415 - as above
    from shared.insight.replay import Replay  # noqa: PLC0415 - as above
    from shared.plans.sizes import CATALOGUE_SIZES  # noqa: PLC0415 - as above
    from tests.simulated_tenants.booking import RULES, book_of, replayed  # noqa: PLC0415 - as above
    from tests.simulated_tenants.observed import observed  # noqa: PLC0415 - as above
    from tests.simulated_tenants.tenant import FIRST_DAY, simulated_tenant  # noqa: PLC0415 - as above

    tenant, outcomes = simulated_tenant(seed), []
    split = FIRST_DAY + timedelta(days=max(HISTORIES))
    calls = list(tenant.calls(max(HISTORIES) + max(HORIZONS)))
    past = observed(tenant, (call for call in calls if call.started_at < split))
    before = Replay(book_of(tenant), RULES, FIRST_DAY)
    before.run(replayed(tenant, (call for call in calls if call.started_at < split)), split)
    for horizon in HORIZONS:
        until = split + timedelta(days=horizon)
        ahead = [call for call in calls if split <= call.started_at < until]
        actual = Replay(before.book, RULES, split).run(replayed(tenant, ahead), until + timedelta(days=1)).charges
        for history in HISTORIES:
            since = split - timedelta(days=history)
            habit = habit_of((use for use in past if use.started_at >= since), since, split)
            found = charged_within(before.book, habit, RULES, CATALOGUE_SIZES, horizon, now=split)
            held = found.low <= actual <= found.high
            error = abs(found.likely - actual) / actual if actual else 0.0
            outcomes.append(Outcome(history, horizon, held, actual < found.low, error))
    return outcomes


CLAIM = Claim(
    "forecast",
    "on held-out months of simulated organisations, the range that a forecast states holds as often as it says",
    (Option("tenants", 200, 20, "number of simulated organisations"), SEED),
    test,
)
