"""advice: over simulated organisations, our figures beat the model product's rule of thumb (R21)."""

import argparse
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import SEED, Claim, Option, Result
from tests.simulated_tenants.year import LIVES

if TYPE_CHECKING:
    from tests.simulated_tenants.year import Year

USD = 1_000_000


def test(chosen: argparse.Namespace) -> Result:
    """Watch two months, choose, and live on for more than a year, so that what is not used lapses."""
    checks, first = Checks(), 1_000_000 * (chosen.seed + 1)
    with ProcessPoolExecutor(max_workers=max(1, os.cpu_count() or 1)) as pool:
        pairs = list(pool.map(partial(_compared, chosen.days), range(first, first + chosen.tenants), chunksize=2))
    ours, thumb = [year for mine, _ in pairs for year in mine], [year for _, theirs in pairs for year in theirs]
    print(f"  {'':44}{'ours':>12}{'rule of thumb':>16}")
    rows = (
        ("money charged too early, average dollars", _idle),
        ("hours at zero, all organisations", _hours),
        ("organisations that were at zero", _zero),
        ("dollars expired, all organisations", _expired),
        ("recharges an organisation", _recharges),
    )
    figures = {}
    for name, of in rows:
        mine, theirs = of(ours), of(thumb)
        figures[of.__name__.strip("_")] = (round(mine, 2), round(theirs, 2))
        print(f"  {name:44}{mine:12,.1f}{theirs:16,.1f}", flush=True)
    for of in (_idle, _hours, _expired):
        checks.equal(f"{of.__name__.strip('_')} is not worse", of(ours) <= of(thumb), expected=True)
    checks.equal("less money is charged too early", _idle(ours) < _idle(thumb), expected=True)
    words = (
        f"over {chosen.tenants} simulated organisations and {chosen.days} days: ${_idle(ours):,.0f} instead of "
        f"${_idle(thumb):,.0f} charged too early, {_hours(ours):.1f} instead of {_hours(thumb):.1f} hours at zero, "
        f"${_expired(ours):,.0f} instead of ${_expired(thumb):,.0f} expired"
    )
    return checks.result(words, tenants=chosen.tenants, **figures)


def _compared(days: int, seed: int) -> "tuple[list[Year], list[Year]]":
    from tests.simulated_tenants.year import compared  # noqa: PLC0415 - in the process that needs it

    return compared(seed, days)


def _idle(years: Sequence["Year"]) -> float:
    return sum(year.idle for year in years) / len(years) / USD


def _hours(years: Sequence["Year"]) -> float:
    return sum(year.at_zero.total_seconds() for year in years) / 3_600 / LIVES


def _zero(years: Sequence["Year"]) -> float:
    return sum(bool(year.at_zero) for year in years) / LIVES


def _expired(years: Sequence["Year"]) -> float:
    return sum(year.expired for year in years) / USD / LIVES


def _recharges(years: Sequence["Year"]) -> float:
    return sum(year.recharges for year in years) / len(years)


CLAIM = Claim(
    "advice",
    "advice from two months of calls is better than the model product's rule of thumb: less money charged too early, "
    "less time at zero, less credit expired",
    (
        Option("tenants", 200, 10, "number of simulated organisations"),
        Option("days", 400, 60, "days after the two months; credit lapses after 368"),
        SEED,
    ),
    test,
)
