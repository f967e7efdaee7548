"""Which pool of minutes a call may use, and how large the pool is (R8, CONTRACT 1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.kernel.ids import digest
from shared.ledger.entitlements import Subscription
from shared.plans.catalogue import canonical, is_domestic, is_international, is_zone_a, plan_at
from shared.plans.conferencing_plans import CONFERENCING
from shared.plans.plan import Plan, PlanPool, PoolKind
from shared.plans.sizes import Sizes, minutes_of

MINUTE = 60
_USER_CHARACTERS = 32
"""Of the digest of a user in a key: 128 bits, and the key stays short."""


@dataclass(frozen=True, slots=True)
class PoolCall:
    """What decides the pool of a chargeable outbound call. *capability* and *usage_location* are those of the event,
    else of the licence, else the account's country; *country* is that of the matched rate.
    """

    capability: str
    usage_location: str
    user: str
    country: str
    is_premium: bool
    is_conference: bool
    started_at: datetime


@dataclass(frozen=True, slots=True)
class PoolId:
    """One pool of an account in one month (`2026-11`, UTC). *usage_location* stands for its whole share group; empty
    for conferences. *user* is empty unless the plan gives each user minutes of their own.
    """

    capability: str
    destinations: PoolKind
    usage_location: str
    user: str
    month: str

    @property
    def key(self) -> str:
        """The pool as a short text for row keys and journal pages, such as `2026-11.MCOPSTN1.domestic.US.`; a user is a
        digest at its end.
        """
        user = digest(self.user)[:_USER_CHARACTERS] if self.user else ""
        return f"{self.month}.{self.capability}.{self.destinations}.{self.usage_location}.{user}"


def pool_for(call: PoolCall, sizes: Sizes) -> PoolId | None:
    """The one pool that may pay for *call*, by its start; None when none may, or when licences add no minutes to it.

    A conference uses the pool of the capability if that is a conferencing plan, else the one of `CONFERENCING`.
    """
    plan = _plan_of(call)
    pool = next((each for each in plan.pools if _reaches(each, call)), None) if plan else None
    if plan is None or pool is None or call.is_premium:
        return None
    location = "" if plan.is_conference else pool.shared_location(call.usage_location)
    if minutes_of(plan, pool, location, sizes) == 0 or not (pool.pooled or call.user):
        return None
    month = call.started_at.astimezone(UTC).strftime("%Y-%m")
    return PoolId(plan.plan, pool.destinations, location, "" if pool.pooled else call.user, month)


def size_seconds(
    pool: PoolId, subscriptions: Sequence[Subscription], at: datetime, sizes: Sizes, organisation_country: str = ""
) -> int:
    """The seconds of *pool* by the *subscriptions* in force at *at*, the call's start: for each licence its minutes.

    Only subscriptions of the same plan and of the same location or share group count; for conferences, whatever their
    location, with the minutes of *organisation_country*. A plan that does not pool gives a user the minutes of one
    licence.
    """
    plan = plan_at(pool.capability, at)
    plan_pool = plan.pool(pool.destinations) if plan else None
    if plan is None or plan_pool is None:
        return 0
    counted = [
        (each.licences, minutes_of(plan, plan_pool, where, sizes))
        for each in subscriptions
        if canonical(each.plan) == plan.plan
        for where in [organisation_country if plan.is_conference else each.usage_location]
        if plan.is_conference or plan_pool.shared_location(where) == pool.usage_location
    ]
    if plan_pool.pooled:
        return MINUTE * sum(licences * minutes for licences, minutes in counted)
    return MINUTE * max((minutes for licences, minutes in counted if licences), default=0)


def _plan_of(call: PoolCall) -> Plan | None:
    plan = plan_at(call.capability, call.started_at)
    if call.is_conference and (plan is None or not plan.is_conference):
        return plan_at(CONFERENCING, call.started_at)
    return plan


def _reaches(pool: PlanPool, call: PoolCall) -> bool:
    if pool.countries and call.country not in pool.countries:
        return False
    is_at_home = is_domestic(call.usage_location, call.country)
    match pool.destinations:
        case PoolKind.DOMESTIC:
            return is_at_home
        case PoolKind.INTERNATIONAL:
            return is_international(call.country) and not is_at_home
        case PoolKind.ZONE_A:
            return is_zone_a(call.country)
