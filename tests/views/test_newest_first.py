"""Every list can be read newest first, page by page, and shows the same items in reverse (CONTRACT 2)."""

import pytest

from shared.views.accounts import list_accounts
from shared.views.lots import list_lots
from shared.views.movements import list_movements
from shared.views.plans import list_plans
from shared.views.purchases import list_purchases
from shared.views.rates import list_rate_cards
from shared.views.settings import list_payment_methods
from shared.views.suspense import list_suspense
from tests.fakes.world import START
from tests.tenant import OTHER, Tenant, call, report


async def read(tenant, view, **query):
    """Every item of a list, read with one item per page."""
    items, after = [], None
    while True:
        page = (await tenant.request(view, query={"limit": "1", **query, **({"after": after} if after else {})})).value
        items += page["items"]
        assert len(page["items"]) <= 1
        after = page["next"]
        if after is None:
            return items


@pytest.mark.parametrize(
    "view",
    [
        list_accounts,
        list_lots,
        list_movements,
        list_purchases,
        list_rate_cards,
        list_payment_methods,
        list_plans,
        list_suspense,
    ],
    ids=lambda view: view.__name__,
)
async def test_a_list_newest_first_has_the_same_items_in_reverse(world, tenant, view):
    for number, card in enumerate(("pm_card_visa", "pm_card_mastercard")):
        await Tenant(world, OTHER[:-1] + str(3 + number)).open()
        await tenant.store_card(card)
        await tenant.buy(key=f"buy {number}")
        await world.publish(valid_from=START.replace(year=2027 + number))
        await report(world, call(f"unrated {number}", called="+819012345678"))
        world.clock.forward(minutes=1)
    forwards = await read(tenant, view)
    assert len(forwards) >= 2
    assert await read(tenant, view, order="asc") == forwards
    assert await read(tenant, view, order="desc") == forwards[::-1]
