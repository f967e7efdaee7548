"""The sample organisation's bill has the mistakes that it claims, and the service finds each of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.history.carrier_bill import FORMAT, PLANTED, bill, last_month
from shared.kernel.times import instant_text
from shared.use_cases.reconciliation.take_export import show_reconciliation, take_export
from shared.views.calls import list_calls
from tests.fakes.world import START, World
from tests.tenant import Tenant, call, report
from tests.use_cases.sending_files import by_operator


@pytest.mark.parametrize(
    ("now", "first", "end"),
    [
        (datetime(2027, 3, 31, 23, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)),
        (datetime(2027, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_last_full_month_ends_before_the_present_one(now, first, end):
    assert last_month(now) == (first, end)


async def test_the_service_finds_exactly_the_planted_differences(world: World, tenant: Tenant):
    await tenant.grant("100")
    for minutes in range(12):
        at = instant_text(START - timedelta(minutes=20 * minutes + 1))
        await report(world, call(f"c-{minutes}", 60 + minutes, called=f"+4420794601{minutes:02}", startedAt=at))
    await report(world, call("silent", 0), call("inbound", 30, direction="in", called="+14255550100"))
    await world.drain()
    calls: Any = (await tenant.request(list_calls)).value
    first, end = START - timedelta(days=1), START + timedelta(days=1)
    query = {"format": FORMAT, "from": instant_text(first), "to": instant_text(end)}
    asked: Any = await take_export(world.services, by_operator(bill(calls["items"]), query))
    await world.drain()
    found: Any = (await tenant.request(show_reconciliation, reconciliation=asked.value["id"])).value
    assert (found["state"], found["counts"]) == ("done", PLANTED)
    assert found["amounts"]["missing_there"]["ours"]["amount"] > "0"
