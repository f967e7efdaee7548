"""What the service would know of simulated calls: the uses that its journal holds."""

from collections.abc import Iterable
from dataclasses import replace

from shared.insight.habit import Use
from shared.plans.plan import PoolKind
from shared.plans.pool import PoolId
from shared.rating.charge import billed_seconds, price_of
from tests.simulated_tenants.tenant import PLAN, SimulatedCall, SimulatedTenant

POOL = PoolId(PLAN, PoolKind.DOMESTIC, "US", "", "")


def observed(tenant: SimulatedTenant, calls: Iterable[SimulatedCall]) -> list[Use]:
    """The *calls* as past calls; domestic ones with the pool that may pay for them."""
    found = []
    for call in calls:
        seconds = billed_seconds(call.rate, call.seconds)
        is_domestic = call.rate.prefix == "1" and not call.is_inbound
        kind = "tollFree" if call.is_inbound else "domestic" if is_domestic else "international"
        use = Use(call.started_at, kind, price_of(call.rate, seconds, 0), seconds)
        found.append(replace(use, pool=POOL) if is_domestic and tenant.licences else use)
    return found
