"""The statement of a month over HTTP: from the journal, for ever the same (R20, CONTRACT 2.5)."""

from typing import Any

import pytest

from shared.ports import UnavailableError
from shared.posting.journal import reads
from shared.use_cases.reports import current_sums, roll_up
from shared.use_cases.reports.monthly_statement import read_statement
from tests.tenant import BOSTON, Tenant, call, code_of, plain, report
from tests.views.ledger import live_through_march

OUT = ("used", "expired", "refunded", "clawedBack")


async def read(tenant: Tenant, month: str) -> Any:
    return (await tenant.request(read_statement, month=month)).value


def amounts(line: dict[str, Any]) -> dict[str, str]:
    """The columns that are not zero."""
    shown = {name: plain(money) for name, money in line.items() if isinstance(money, dict) and "amount" in money}
    return {name: amount for name, amount in shown.items() if amount != "0"}


async def test_the_statement_of_the_manually_computed_ledger(tenant):
    await live_through_march(tenant)
    shown = await read(tenant, "2026-03")
    assert amounts(shown) == {"granted": "170", "used": "63.8", "expired": "96.3", "closing": "9.9"}
    assert [amounts(line) for line in shown["lots"]] == [
        {"in": "100", "used": "3.7", "expired": "96.3"},
        {"in": "50", "used": "50"},
        {"in": "20", "used": "10.1", "closing": "9.9"},
    ]
    last = await reads.page(tenant.world.services.ledger.table, tenant.account, shown["pages"]["last"])
    assert last is not None
    assert (shown["pages"]["first"], shown["chain"]) == (1, last.hash)


async def test_a_closed_month_never_changes_and_what_comes_later_stands_in_a_later_month(world, tenant):
    await live_through_march(tenant)
    march = await read(tenant, "2026-03")
    await report(world, call("later", called=BOSTON, seconds=60, startedAt="2026-03-30T12:00:00Z"))
    assert await read(tenant, "2026-03") == march
    april = await read(tenant, "2026-04")
    assert amounts(april) == {"opening": "9.9", "used": "0.6", "closing": "9.3"}
    assert april["pages"] == {"first": march["pages"]["last"] + 1, "last": march["pages"]["last"] + 1}
    world.clock.forward(days=61)
    assert amounts(await read(tenant, "2026-05")) == {"opening": "9.3", "closing": "9.3"}
    assert (await read(tenant, "2026-05"))["pages"] == {"first": None, "last": None}
    assert (await read(tenant, "2026-05"))["chain"] == april["chain"]


@pytest.mark.parametrize(
    ("month", "code"),
    [
        *((month, "not_found") for month in ("2026-04", "2026-02", "0001-01", "9999-12")),
        *((month, "invalid_request") for month in ("2026-13", "0000-01", "2026-3", "x")),
    ],
)
async def test_there_is_a_statement_of_each_month_of_the_account_and_of_no_other(tenant, month, code):
    assert await code_of(tenant.request(read_statement, month=month)) == code


async def test_corrections_have_their_own_signed_column(world, tenant):
    await tenant.grant("100")
    await report(world, call("one", called=BOSTON, seconds=120), call("one", called=BOSTON, seconds=60))
    [conflict] = await tenant.suspended()
    await tenant.accept(conflict["id"])
    shown = await read(tenant, "2026-03")
    assert amounts(shown) == {"granted": "100", "used": "1.1", "corrected": "0.5", "closing": "99.4"}
    assert amounts(shown["lots"][0]) == {"in": "100", "used": "1.1", "corrected": "0.5", "closing": "99.4"}


async def test_the_closing_is_what_the_lots_have_less_the_overdraft(world, tenant):
    await report(world, call("one", called=BOSTON, seconds=120))
    shown = await read(tenant, "2026-03")
    assert amounts(shown) == {"used": "1.1", "closing": "-1.1", "overdraft": "1.1"}
    await tenant.store_card()
    await tenant.buy("50")
    shown = await read(tenant, "2026-03")
    assert amounts(shown) == {"purchased": "50", "used": "1.1", "closing": "48.9"}
    [lot] = await tenant.lots()
    assert amounts(shown["lots"][0])["closing"] == plain(lot["remaining"])


async def test_a_long_journal_is_summed_in_portions_by_the_queue(world, tenant, monkeypatch):
    monkeypatch.setattr(current_sums, "PAGES_MAX", 3)
    monkeypatch.setattr("shared.use_cases.reports.work_on_reports.PAGES_MAX", 3)
    monkeypatch.setattr(roll_up, "PAGES_AT_ONCE", 2)
    for number in range(12):
        await tenant.grant("1", f"PO-{number}")
    assert await code_of(tenant.request(read_statement, month="2026-03")) == "unavailable"
    await world.drain()
    assert amounts(await read(tenant, "2026-03"))["granted"] == "12"


@pytest.mark.parametrize("faults", range(1, 12))
async def test_sums_are_right_whichever_write_of_them_is_lost(world, tenant, faults):
    """A process ends after any of its writes, before its answer arrives; the next one goes on."""
    await live_through_march(tenant)
    left = faults

    async def lose(operation, partition, _):
        nonlocal left
        if operation == "transact" and "|" in partition:
            left -= 1
            if left == 0:
                raise UnavailableError("lost")

    world.usage.after = lose
    for _ in range(2):
        try:
            await read(tenant, "2026-03")
        except UnavailableError:
            continue
    world.usage.after = None
    assert amounts(await read(tenant, "2026-03"))["used"] == "63.8"
