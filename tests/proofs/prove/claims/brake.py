"""brake: money lost to toll fraud with and without the brake, and its false alarms, on simulated tenants."""

import argparse
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from statistics import median

from shared.ledger.brake import BrakeSettings
from tests.proofs.prove.claim import SEED, Claim, Option, Result
from tests.proofs.prove.toll_fraud.tenants import MICROS, SimulatedTenant, tenant
from tests.proofs.prove.toll_fraud.thieves import THEFTS
from tests.proofs.prove.toll_fraud.watched import BEGAN, Watched, live

KNOWN_AFTER, WATCHED_UNTIL = 28, 84
"""Days: after four weeks the habit is known and thieves come; false alarms are counted over twelve weeks."""

DAYS_IN_MONTH = 365 / 12
BURST_PART_MAX, DRIP_PART_MAX, FALSE_ALARMS_MAX = 0.12, 0.40, 0.10
"""What the claim allows: of the money that a thief would take, and false alarms of a tenant in a month."""


@dataclass
class Losses:
    """Micro-units lost to one kind of theft, by tenant."""

    without: list[int] = field(default_factory=list)
    with_brake: list[int] = field(default_factory=list)

    @property
    def part(self) -> float:
        """What the brake lets through."""
        return sum(self.with_brake) / sum(self.without)


def test(chosen: argparse.Namespace) -> Result:
    """Let tenants call for twelve weeks, and thieves call on their accounts: new ones, and ones that are known."""
    settings = BrakeSettings(sensitivity=chosen.sensitivity * 10)
    losses = {(kind, age): Losses() for kind in THEFTS for age in ("new", "known", "asks")}
    alarms, months, alarmed = 0, 0.0, 0
    for number in range(chosen.tenants):
        rng = Random(f"{chosen.seed} {number}")
        customer = tenant(number, rng)
        account = Watched(customer, settings)
        _steal_from(customer, account, 1, {kind: losses[kind, "new"] for kind in THEFTS})
        live(account, customer, range(KNOWN_AFTER), rng)
        _steal_from(customer, account, KNOWN_AFTER, {kind: losses[kind, "asks"] for kind in THEFTS}, has_holds=True)
        _steal_from(customer, account, KNOWN_AFTER, {kind: losses[kind, "known"] for kind in THEFTS})
        live(account, customer, range(KNOWN_AFTER, WATCHED_UNTIL), rng)
        alarms, alarmed = alarms + len(account.brakes), alarmed + bool(account.brakes)
        months += WATCHED_UNTIL / DAYS_IN_MONTH
    rate = alarms / months
    _print_table(losses)
    print(f"  false alarms: {alarms} in {months:.0f} months of tenants, {rate:.3f} each; {alarmed} tenants had one")
    bursts = max(found.part for (kind, _), found in losses.items() if "burst" in kind)
    drips = max(found.part for (kind, _), found in losses.items() if "drip" in kind)
    passed = bursts <= BURST_PART_MAX and drips <= DRIP_PART_MAX and rate <= FALSE_ALARMS_MAX
    words = (
        f"of the money that thieves would take, bursts at night take {bursts:.1%} at most and slow drips {drips:.1%}; "
        f"{rate:.3f} false alarms a tenant and month"
    )
    facts = {"tenants": chosen.tenants, "bursts": bursts, "drips": drips, "falseAlarms": rate}
    return Result(passed, words, facts)


def _steal_from(
    customer: SimulatedTenant, account: Watched, day: int, losses: dict[str, Losses], *, has_holds: bool = False
) -> None:
    """Each kind of theft on a copy of *account* in the night of *day*. *has_holds*: the telephony asks before calls."""
    for kind, theft in THEFTS.items():
        night = BEGAN + timedelta(days=day)
        calls = list(theft(customer, night, Random(f"{customer.number} {kind}")))
        victim = copy(account)
        victim.cost, victim.brakes = 0, []
        victim.make(calls, is_released=False, has_holds=has_holds)
        losses[kind].without.append(sum(call.cost for call in calls))
        losses[kind].with_brake.append(victim.cost)


def _print_table(losses: dict[tuple[str, str], Losses]) -> None:
    """Dollars: the median without and with the brake, the worst with it, and the part of all that it lets through."""
    print("  theft             account    without       with      worst   let through")
    for (kind, age), found in losses.items():
        amounts = (median(found.without), median(found.with_brake), max(found.with_brake))
        dollars = "".join(f"{amount / MICROS:>11,.0f}" for amount in amounts)
        print(f"  {kind:<18}{age:<7}{dollars}{found.part:>14.1%}")


CLAIM = Claim(
    "brake",
    "toll fraud is stopped before the card is drained, and calls in order are hardly ever stopped",
    (
        Option("tenants", 200, 4, "number of simulated tenants"),
        Option("sensitivity", 50, 0, "in hundredths: 50 is the default of 0.5"),
        SEED,
    ),
    test,
)
