"""Usage by destination, user, day, call kind and capability: the sums of the calls, however they came about (R20)."""

import asyncio
from collections import defaultdict
from typing import Any

import pytest

from shared.use_cases.corrections.reverse_movement import reverse_movement
from shared.use_cases.reports.counted import Dimension
from shared.use_cases.reports.sum_rows import usage_partition
from shared.use_cases.reports.summed_usage import read_usage
from shared.views.calls import list_calls
from tests.tenant import BOSTON, LEEDS, LONDON, Tenant, call, code_of, plain, report, subscription

FIELDS = ("calls", "seconds", "billedSeconds", "freeSeconds")


async def by(tenant: Tenant, dimension: str, **query: str) -> dict[Any, tuple[Any, ...]]:
    shown: Any = (await tenant.request(read_usage, query={"by": dimension, "limit": "1000", **query})).value
    items = shown["items"]
    return {item["key"]: (*(item[field] for field in FIELDS), plain(item["amount"])) for item in items}


async def counted(tenant: Tenant, dimension: str, **query: str) -> dict[Any, tuple[Any, ...]]:
    """The same sums from the list of calls."""
    found: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    shown: Any = (await tenant.request(list_calls, query={"limit": "1000", **query})).value
    for each in shown["items"]:
        if each["isReversed"]:
            continue
        keys = {"day": each["startedAt"][:10], "destination": each["explanation"].get("destination")}
        sums = found[keys.get(dimension, each.get(dimension))]
        micros = int(each["amount"]["amount"].replace(".", ""))
        for place, part in enumerate((1, each["seconds"], each["billedSeconds"], each["freeSeconds"], micros)):
            sums[place] += part
    return {key: (*sums[:4], plain({"amount": f"{sums[4] / 1_000_000:.6f}"})) for key, sums in found.items()}


async def live(world, tenant):
    """Calls of several days, users and kinds; one is corrected, one reversed, one reported late."""
    await tenant.grant("100")
    await tenant.set_subscriptions(subscription("S-1", plan="MCOPSTN2", licences=1))
    await report(
        world,
        call("a", 90),
        call("b", 60, user="bob", called=BOSTON, capability="MCOPSTN2", startedAt="2026-02-28T23:59:59.999999Z"),
        call("c", 61, called=LEEDS, startedAt="2026-02-28T00:00:00Z"),
        call("d", 30, user="bob", startedAt="2026-01-15T10:30:00Z"),
        call("e", 30, called="+1911", usageLocation="US", user="bob"),
        call("f", 30, direction="in", service="callQueue", user=...),
        call("g", 30, called=BOSTON),
        call("h", 30, called=BOSTON),
    )
    await report(world, call("g", 60, user="eve", called=LEEDS, startedAt="2026-02-27T08:00:00Z"))
    await tenant.accept(next(item["id"] for item in await tenant.suspended() if item["reason"] == "conflict"))
    debits = await tenant.movements(kind="debit", limit="1000")
    [wrong] = [each["id"] for each in debits if each["event"]["id"] == "h"]
    await tenant.request(reverse_movement, {"reason": "a test"}, movement=wrong)
    world.clock.forward(days=3)
    await report(world, call("late", 45, startedAt="2026-02-28T12:00:00Z"))


@pytest.mark.parametrize("dimension", Dimension)
async def test_usage_is_the_sum_of_the_calls(world, tenant, dimension):
    await live(world, tenant)
    assert await by(tenant, dimension) == await counted(tenant, dimension)


@pytest.mark.parametrize("dimension", Dimension)
@pytest.mark.parametrize(
    ("first", "end"),
    [
        ("2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("2026-02-28T00:00:00.000001Z", "2026-03-01T11:50:00Z"),
        ("2026-02-28T06:00:00Z", "2026-02-28T18:00:00Z"),
        ("2026-02-27T08:00:00Z", "2026-03-01T11:50:00.000001Z"),
        ("2026-01-31T23:00:00+02:00", "2026-02-28T23:59:59.999999Z"),
        ("2026-03-01T00:00:00Z", "2026-02-01T00:00:00Z"),
    ],
)
async def test_usage_between_two_instants_is_the_sum_of_the_calls_between_them(world, tenant, dimension, first, end):
    await live(world, tenant)
    bounds = {"from": first, "to": end}
    assert await by(tenant, dimension, **bounds) == await counted(tenant, dimension, **bounds)


async def test_usage_by_user_and_destination_in_figures(world, tenant):
    await live(world, tenant)
    users = await by(tenant, "user")
    assert users["eve"] == (1, 60, 60, 0, "0.01")
    assert None in users
    assert set(await by(tenant, "destination")) == {None, "London", "North America", "United Kingdom"}
    assert (await by(tenant, "capability"))["MCOPSTN2"][0] == 1
    assert (await by(tenant, "callKind"))["emergency"] == (1, 30, 0, 30, "0")


async def test_sums_that_were_lost_are_made_again(world, tenant):
    await live(world, tenant)
    before = await by(tenant, "user")
    for partition in [name for name in world.usage.partitions if name == tenant.account or "usage." in name]:
        del world.usage.partitions[partition]
    assert await by(tenant, "user", **{"from": "2026-01-01T00:00:00Z", "to": "2026-05-01T00:00:00Z"}) == before


async def test_two_processes_that_sum_at_the_same_time_count_nothing_twice(world, tenant):
    await live(world, tenant)
    others = [Tenant(world) for _ in range(3)]
    shown = await asyncio.gather(*(by(each, "destination") for each in others))
    assert shown == [await counted(tenant, "destination")] * 3


async def test_a_month_costs_the_same_for_few_and_for_many_calls(world, tenant):
    async def reads_of(count, name):
        calls = [
            call(f"{name}{n}", 30, called=(LONDON, LEEDS, BOSTON)[n % 3], user=("ann", "bob")[n % 2])
            for n in range(count)
        ]
        for start in range(0, count, 90):
            await report(world, calls[start : start + 90])
        await by(tenant, "user")
        read = []

        async def note(operation, partition, _):
            read.append((operation, partition))

        world.usage.before = world.ledger.before = note
        await by(tenant, "user", **{"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"})
        world.usage.before = world.ledger.before = None
        return len(read)

    assert await reads_of(6, "few") == await reads_of(600, "many")


async def test_pages_of_usage_go_on_where_the_last_one_ended(world, tenant):
    await report(world, *(call(f"c{number}", user=f"user {number}") for number in range(7)))
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        shown: Any = (await tenant.request(read_usage, query={"by": "user", "limit": "3", **after})).value
        seen += [item["key"] for item in shown["items"]]
        if shown["next"] is None:
            break
        after = {"after": shown["next"]}
    assert seen == [f"user {number}" for number in range(7)]
    assert list(await by(tenant, "user", order="desc")) == list(reversed(seen))
    for query in ({}, {"by": "number"}, {"by": "user", "after": "nobody"}):
        assert await code_of(tenant.request(read_usage, query=query)) == "invalid_request"


async def test_an_account_is_summed_now_and_then_without_a_request(world, tenant, monkeypatch):
    monkeypatch.setattr("shared.use_cases.usage.fill_call_records.PAGES_BEHIND", 5)
    for number in range(9):
        await report(world, call(f"c{number}"))
    await world.tick(minutes=1)
    assert world.usage.partitions[usage_partition(tenant.account, "2026-03")]
