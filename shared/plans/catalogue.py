"""The plan catalogue: the plans at an instant, and which countries their minutes reach (R8, CONTRACT 2.3)."""

from collections.abc import Sequence
from datetime import datetime

from shared.plans.calling_plans import CALLING_PLANS
from shared.plans.conferencing_plans import CONFERENCING, CONFERENCING_PLANS
from shared.plans.countries import DOMESTIC_GROUPS, INTERNATIONAL, NETHERLANDS_ANTILLES, ZONE_A
from shared.plans.plan import ANYWHERE, Plan, PlanPool, PoolKind

__all__ = [
    "ANYWHERE",
    "CONFERENCING",
    "PLANS",
    "Plan",
    "PlanPool",
    "PoolKind",
    "canonical",
    "is_domestic",
    "is_international",
    "is_zone_a",
    "plan_at",
    "plans_at",
]

PLANS: Sequence[Plan] = (*CALLING_PLANS, *CONFERENCING_PLANS)
"""Every entry of every plan; the entries of one plan from the oldest."""

_ENTRIES = {plan.plan: tuple(each for each in PLANS if each.plan == plan.plan) for plan in PLANS if plan.plan}
_CANONICAL = {alias: plan.plan for plan in PLANS for alias in plan.aliases}


def canonical(plan: str) -> str:
    """The capability that *plan* stands for, when it is another name of a plan; else *plan* itself."""
    return _CANONICAL.get(plan, plan)


def plan_at(plan: str, at: datetime) -> Plan | None:
    """The plan as it was at *at*; None for a name that the catalogue does not have.

    Before its first entry a plan is as in that entry: most dates say only since when a fact is known.
    """
    entries = _ENTRIES.get(canonical(plan), ())
    in_force = [each for each in entries if each.valid_from <= at]
    return (in_force or entries[:1] or (None,))[-1]


def plans_at(at: datetime) -> list[Plan]:
    """Every plan that a subscription can name, as it was at *at*."""
    return [plan for name in _ENTRIES if (plan := plan_at(name, at)) is not None]


def is_domestic(usage_location: str, country: str) -> bool:
    """Whether a call from a user in *usage_location* to *country* is domestic: the same country, or one that counts as
    domestic with it. Calls to no country, such as satellites, are not.
    """
    if not country:
        return False
    return country == usage_location or any(usage_location in group and country in group for group in DOMESTIC_GROUPS)


def is_international(country: str) -> bool:
    """Whether the minutes of an international plan reach *country*."""
    return country in INTERNATIONAL or country in NETHERLANDS_ANTILLES


def is_zone_a(country: str) -> bool:
    """Whether *country* belongs to Zone A, to which a conference may dial out within the conferencing pool."""
    return country in ZONE_A
