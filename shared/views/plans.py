"""The plan catalogue as it is today (CONTRACT 2.3)."""

import re

from shared.plans.catalogue import Plan, plans_at
from shared.plans.sizes import Sizes, locations_by_minutes
from shared.service.http import Reply, Request, page_of
from shared.service.query import cursor_in, is_newest_first
from shared.service.services import Services

CURSOR = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
"""A plan."""


async def list_plans(services: Services, request: Request) -> Reply:
    """Every plan that a subscription can name, in alphabetical order, with the operator's sizes (`Plans__minutes`)."""
    limit, after, is_reversed = request.limit(), cursor_in(request, CURSOR), is_newest_first(request)
    plans = sorted(plans_at(services.clock.now()), key=lambda plan: plan.plan, reverse=is_reversed)
    rest = [each for each in plans if not after or (each.plan < after if is_reversed else each.plan > after)]
    return Reply(200, page_of([_shown(each, services.rules.plan_sizes) for each in rest], limit, "plan"))


def _shown(plan: Plan, sizes: Sizes) -> dict[str, object]:
    pools = [
        {
            "destinations": pool.destinations,
            "minutesPerLicence": minutes,
            "pooled": pool.pooled,
            "locations": list(locations),
            "countries": list(pool.countries) or None,
        }
        for pool in plan.pools
        for minutes, locations in locations_by_minutes(plan, pool, sizes)
    ]
    return {"plan": plan.plan, "name": plan.name, "pools": pools}
