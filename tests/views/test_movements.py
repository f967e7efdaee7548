"""Movements: one per event, in stable pages, in any time window, with matching sums (CONTRACT 2)."""

import itertools
from decimal import Decimal

import pytest

from shared.views.movements import list_movements, read_movement
from tests.tenant import BOSTON, Tenant, call, code_of, plain, report
from tests.views.ledger import MOVED


def summary(movement):
    lots = [plain(part["amount"]) for part in movement["lots"]]
    return (movement["kind"], plain(movement["amount"]), plain(movement["overdraft"]), lots, movement["at"])


def number(money):
    return Decimal(money["amount"])


async def page(tenant, **query):
    return (await tenant.request(list_movements, query=query)).value


async def test_movements_are_those_of_the_manually_computed_ledger(march):
    assert [summary(movement) for movement in await march.movements()] == MOVED


async def test_the_amount_of_a_movement_is_its_change_of_lots_and_overdraft(march):
    for movement in await march.movements():
        lots = sum((number(part["amount"]) for part in movement["lots"]), Decimal(0))
        assert number(movement["amount"]) == lots - number(movement["overdraft"]), movement


async def test_the_sum_of_all_amounts_is_remaining_minus_overdraft(march):
    numbers = await march.amounts()
    total = sum(number(movement["amount"]) for movement in await march.movements())
    assert total == Decimal(numbers["balance"]) - Decimal(numbers["overdraft"])


async def test_the_state_of_a_lot_follows_from_its_movements(march):
    left = {lot["id"]: Decimal(0) for lot in await march.lots()}
    for movement in await march.movements():
        for part in movement["lots"]:
            left[part["lot"]] += number(part["amount"])
    assert left == {lot["id"]: number(lot["remaining"]) for lot in await march.lots()}


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8, 1000])
async def test_pages_of_any_size_add_up_to_the_whole_list(march, size):
    whole, after, pages = [], "", 0
    while True:
        shown = await page(march, limit=str(size), **({"after": after} if after else {}))
        whole += shown["items"]
        pages += 1
        if shown["next"] is None:
            break
        assert len(shown["items"]) == size
        after = shown["next"]
    assert [summary(movement) for movement in whole] == MOVED
    assert pages == -(-len(MOVED) // size)


async def test_a_list_is_stable_while_rows_are_added(world, tenant):
    await tenant.grant("100")
    await report(world, [call(f"call-{number}", called=BOSTON) for number in range(5)])
    seen, after = [], ""
    for number in itertools.count():
        shown = await page(tenant, limit="2", **({"after": after} if after else {}))
        seen += [movement["id"] for movement in shown["items"]]
        if shown["next"] is None:
            break
        after = shown["next"]
        if number < 3:
            await report(world, [call(f"meanwhile {number}.{part}", called=BOSTON) for part in range(2)])
    assert seen == [movement["id"] for movement in await tenant.movements(limit="1000")]
    assert len(seen) == len(set(seen)) == 12


@pytest.mark.parametrize(
    ("window", "shown"),
    [
        ({}, range(7)),
        ({"from": "2026-03-01T13:00:00Z"}, range(7)),
        ({"from": "2026-03-01T13:00:00.000001Z"}, range(1, 7)),
        ({"from": "2026-03-11T12:00:00Z", "to": "2026-03-20T12:00:00Z"}, range(3, 5)),  # half-open
        ({"to": "2026-03-20T12:00:00.000001Z"}, range(6)),
        ({"from": "2026-03-20T13:00:00+01:00"}, range(5, 7)),
        ({"from": "2030-01-01T00:00:00Z"}, range(0)),
        ({"to": "2020-01-01T00:00:00Z"}, range(0)),
        ({"from": "0001-01-01T00:00:00Z"}, range(7)),
        ({"from": "2026-03-21T00:00:00Z", "to": "2026-03-01T00:00:00Z"}, range(0)),
        ({"kind": "grant"}, (0, 1, 6)),
        ({"kind": "debit", "from": "2026-03-11T00:00:00Z"}, (3, 5)),
        ({"kind": "expiry"}, (4,)),
        ({"kind": "purchase"}, ()),
        ({"kind": "chargeback"}, ()),
    ],
)
async def test_a_time_window_shows_the_movements_booked_in_it(march, window, shown):
    assert [summary(movement) for movement in await march.movements(**window)] == [MOVED[place] for place in shown]


async def test_pages_and_time_windows_can_be_combined(march):
    window = {"from": "2026-03-02T00:00:00Z", "kind": "debit", "limit": "2"}
    first = await page(march, **window)
    second = await page(march, **window, after=first["next"])
    assert [plain(item["amount"]) for item in first["items"] + second["items"]] == ["-3.1", "-0.6", "-60.1"]
    assert second["next"] is None


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "many"},
        {"limit": "1.5"},
        {"limit": "--5"},
        {"limit": "-"},
        {"limit": "²"},
        {"limit": "٣"},
        {"from": "yesterday"},
        {"to": "2026-03-01"},
        {"after": "nonsense"},
        {"after": "~"},
        {"after": "000000000001-000\n"},
        {"after": "\x00"},
        {"after": "0" * 2_000},
        {"after": "٣" * 12 + "-٣٣٣"},
        {"order": "newest"},
        {"order": "DESC"},
        {"kind": "gift"},
        {"kind": "Debit"},
    ],
)
async def test_invalid_parameters_are_rejected(march, query):
    assert await code_of(page(march, **query)) == "invalid_request"


@pytest.mark.parametrize(
    ("limit", "shown"),
    [("0", 1), ("-5", 1), ("1", 1), ("1001", 7), ("999999999", 7), ("9" * 5_000, 7), ("0" * 5_000 + "3", 3)],
)
async def test_a_limit_is_clamped(march, limit, shown):
    assert len((await page(march, limit=limit))["items"]) == shown


async def test_after_the_last_position_the_list_is_empty(march):
    assert (await page(march, after="999999999999-000"))["items"] == []
    assert (await page(march, after="000000000000-000", order="desc"))["items"] == []


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8, 1000])
@pytest.mark.parametrize(
    "window",
    [
        {},
        {"from": "2026-03-02T00:00:00Z"},
        {"to": "2026-03-11T00:00:00Z"},
        {"from": "2026-03-02T00:00:00Z", "to": "2026-03-20T00:00:00Z", "kind": "debit"},
        {"from": "2026-03-20T00:00:00Z", "to": "2026-03-02T00:00:00Z"},
    ],
)
async def test_newest_first_is_the_same_list_reversed(march, window, size):
    seen, after = [], ""
    while after is not None:
        shown = await page(march, **window, order="desc", limit=str(size), after=after)
        seen += shown["items"]
        after = shown["next"]
    assert seen == (await march.movements(**window, order="asc"))[::-1]


async def test_a_list_read_newest_first_is_stable_while_movements_are_added(march):
    first = await page(march, order="desc", limit="3")
    await march.grant("1", "PO-late")
    rest = await page(march, order="desc", after=first["next"])
    assert [summary(item) for item in first["items"] + rest["items"]] == MOVED[::-1]


async def test_the_newest_movements_are_found_without_reading_the_whole_journal(march, monkeypatch):
    monkeypatch.setattr("shared.posting.journal.reads.PAGES_AT_ONCE", 2)
    assert [summary(item) for item in (await page(march, order="desc"))["items"]] == MOVED[::-1]
    ranges = []

    async def kept(verb, _partition, what):
        if verb == "range":
            ranges.append(what)

    march.world.ledger.before = kept
    await page(march, order="desc", limit="1")
    assert sum("j:" in str(each) for each in ranges) <= 2


async def test_one_movement_is_read_by_its_name(march):
    for movement in await march.movements():
        assert (await march.request(read_movement, movement=movement["id"])).value == movement


@pytest.mark.parametrize(
    "name",
    ["nonsense", "000000000001-000", "000000000099-000", "1-0", "000000000002-099", "9" * 5_000 + "-000", "²-²", "-"],
)
async def test_an_unknown_movement_is_not_found(march, name):
    assert await code_of(march.request(read_movement, movement=name)) == "not_found"


async def test_a_movement_of_another_account_is_not_found(world, march):
    other = Tenant(world, "5f0c1f9e-0000-4000-8000-000000000002")
    await other.open()
    for movement in await march.movements():
        assert await code_of(other.request(read_movement, movement=movement["id"])) == "not_found"


async def test_every_event_of_a_page_is_one_movement(world, tenant):
    await tenant.grant("100")
    await report(world, [call(f"call-{number}") for number in range(60)])
    shown = await tenant.movements(kind="debit", limit="1000")
    assert {movement["event"]["id"] for movement in shown} == {f"call-{number}" for number in range(60)}
    assert len({movement["id"] for movement in shown}) == 60


@pytest.mark.parametrize("view", [list_movements, read_movement])
async def test_movements_of_an_unknown_account_are_not_found(world, view):
    assert await code_of(Tenant(world).request(view, movement="000000000001-000")) == "not_found"
