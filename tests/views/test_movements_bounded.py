"""One request for movements reads a bounded part of the journal, however long it is and however rare the kind."""

import pytest

from shared.views import movements
from shared.views.movements import list_movements
from tests.tenant import call, report

KINDS = ["", "debit", "grant", "expiry", "refund"]


@pytest.fixture
async def busy(world, tenant):
    """An account with a grant, thirty calls in ten commits, and another grant."""
    await tenant.grant("100", "PO 1")
    for number in range(10):
        await report(world, [call(f"{number}-{each}") for each in range(3)])
    await tenant.grant("5", "PO 2")
    return tenant


@pytest.fixture
def pages_read(world):
    """How many journal pages were read, by request."""
    read: list[int] = []
    original = world.ledger.range

    async def counted(partition, start, end, top=None):
        found = await original(partition, start, end, top)
        read.append(sum(row.key.startswith("j:") for row in found.rows))
        return found

    world.ledger.range = counted
    return read


async def followed(tenant, **query):
    """The ids of every page of the list, one list a request."""
    requests, after = [], None
    while True:
        page = (await tenant.request(list_movements, query={**query, **({"after": after} if after else {})})).value
        requests.append([item["id"] for item in page["items"]])
        assert page["next"] is None or page["next"] != after
        after = page["next"]
        if after is None:
            return requests


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("pages", "read"), [(1, 10_000), (2, 10_000), (3, 4), (2_000, 1), (2_000, 7)])
async def test_following_next_shows_every_movement_once(busy, monkeypatch, kind, pages, read):
    query = {"kind": kind} if kind else {}
    (whole,) = await followed(busy, **query)
    monkeypatch.setattr(movements, "PAGES_READ_MAX", max(2, pages))
    monkeypatch.setattr(movements, "MOVEMENTS_READ_MAX", read)
    for limit in ("1", "2", "1000"):
        for order, expected in (("asc", whole), ("desc", whole[::-1])):
            found = await followed(busy, limit=limit, order=order, **query)
            assert [item for each in found for item in each] == expected


async def test_a_kind_that_does_not_occur_costs_no_more_than_the_bound(busy, monkeypatch, pages_read):
    monkeypatch.setattr(movements, "PAGES_READ_MAX", 4)
    page = (await busy.request(list_movements, query={"kind": "refund"})).value
    assert page["items"] == []
    assert page["next"] is not None
    assert sum(pages_read) <= 4
