"""The balance at any instant: as booked in the past, and with future expiries (R2, R12)."""

from datetime import timedelta

import pytest

from shared.kernel.times import instant_text, parse_instant
from shared.posting.journal import reads
from shared.views.balance import read_account, read_balance
from tests.tenant import Tenant, call, code_of, plain, report, usd
from tests.views.ledger import HELD


@pytest.mark.parametrize(("at", "balance", "overdraft"), HELD)
async def test_past_balances_are_those_of_the_manually_computed_ledger(march, at, balance, overdraft):
    assert await march.amounts(at) == {
        "balance": balance,
        "held": "0",
        "overdraft": overdraft,
        "accrued": "0",
        "spendable": balance,
    }


@pytest.mark.usefixtures("march")
async def test_the_audit_finds_nothing_in_the_scenario(world):
    assert await world.audit() == []


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-03-03T12:00:00Z", "2026-03-03T12:00:00Z"),
        ("2026-03-03T13:00:00+01:00", "2026-03-03T12:00:00Z"),
        ("2026-03-03T13:00:00 01:00", "2026-03-03T12:00:00Z"),  # a plus that was decoded to a space
        ("2026-03-03t06:30:00.5-05:30", "2026-03-03T12:00:00.500000Z"),
    ],
)
async def test_an_instant_may_be_written_with_any_offset(march, written, at):
    shown = (await march.request(read_balance, query={"at": written})).value
    assert (shown["at"], plain(shown["balance"])) == (at, "146.9")


@pytest.mark.parametrize("at", ["yesterday", "2026-03-03", "2026-03-03T12:00:00", "0", "0001-01-01T00:00:00+01:00"])
async def test_an_invalid_instant_is_rejected(tenant, at):
    assert await code_of(tenant.amounts(at)) == "invalid_request"


async def test_the_default_instant_is_now(march):
    assert (await march.request(read_balance)).value["at"] == "2026-04-01T00:00:00Z"
    account = (await march.request(read_account)).value
    assert (account["balance"], account["spendable"], account["state"]) == (usd("9.900000"), usd("9.900000"), "prepaid")


async def test_the_balance_before_the_opening_is_zero(tenant):
    await tenant.grant("100")
    assert (await tenant.amounts("2026-03-01T12:00:00Z"))["balance"] == "100"
    assert (await tenant.amounts("2026-03-01T11:59:59.999999Z"))["balance"] == "0"


@pytest.mark.parametrize("view", [read_account, read_balance])
async def test_an_unknown_account_is_not_found(world, view):
    assert await code_of(Tenant(world).request(view)) == "not_found"


async def test_a_future_balance_counts_holds_only_until_they_time_out(world, tenant):
    await tenant.grant("10")
    answer = await tenant.authorise(wantedSeconds=300)
    until = parse_instant(answer["validUntil"])
    for at, held in ((world.clock.time, "0.1"), (until - timedelta(seconds=1), "0.1"), (until, "0")):
        shown = await tenant.amounts(instant_text(at))
        assert (shown["balance"], shown["held"]) == ("10", held)
        assert shown["spendable"] == ("10" if held == "0" else "9.9")
    assert await tenant.amounts(instant_text(until + timedelta(days=400))) == dict.fromkeys(shown, "0")


async def test_past_balances_are_found_among_many_pages(world, tenant):
    for number in range(40):
        world.clock.forward(hours=1)
        await tenant.grant("1", f"PO-{number}")
    for number in (0, 1, 17, 39, 40):
        at = world.clock.time.replace(day=1, hour=12).isoformat()
        hours = f"2026-03-{1 + (12 + number) // 24:02d}T{(12 + number) % 24:02d}:59:59Z"
        assert (await tenant.amounts(hours))["balance"] == str(number), at


async def test_a_balance_of_the_past_reads_only_the_lots_that_were_there_then(world, tenant, monkeypatch):
    """However many lots the account has had since."""
    await tenant.grant("1", "early")
    early = world.clock.time.isoformat()
    for number in range(30):
        world.clock.forward(minutes=1)
        await tenant.grant("1", f"PO-{number}")
        await report(world, call(f"spends {number}", 3_000))
    read = []
    original = world.ledger.get

    async def counted(partition, key):
        read.append(key)
        return await original(partition, key)

    monkeypatch.setattr(world.ledger, "get", counted)
    monkeypatch.setattr(reads, "all_lots", lambda *_: pytest.fail("reads every lot there ever was"))
    assert (await tenant.amounts(early))["balance"] == "1"
    assert len([key for key in read if "lot" in key]) <= 2
