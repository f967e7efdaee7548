"""Service numbers: who has which one, and what becomes of them when an account is closed (CONTRACT 2)."""

import json

import pytest

from shared.ports import UnavailableError
from shared.service.http import ProblemError
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.service_numbers.register_number import register_number
from shared.use_cases.service_numbers.release_numbers import release_number
from shared.views.service_numbers import list_service_numbers
from tests.fakes.world import START
from tests.tenant import OTHER, Tenant, call, code_of, report

NUMBER = "+18005550100"

TOLL_FREE_CARD = (
    b"prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds,direction\n"
    b"1800,Toll-free,,US,0.03,0,60,60,in\n"
)


async def listed(tenant, **query):
    return (await tenant.request(list_service_numbers, query=query)).value


async def release(tenant, name):
    return (await tenant.request(release_number, serviceNumber=name)).value


async def owner(world, at=START):
    found = await world.services.service_numbers.owner(NUMBER.removeprefix("+"), at)
    return found.account if found else None


@pytest.fixture
async def other(world):
    made = Tenant(world, OTHER)
    await made.open()
    return made


async def test_a_registered_number_is_shown_and_found(world, tenant):
    number = await tenant.register_number(NUMBER, "tollFree", "autoAttendant")
    assert number == {
        "id": number["id"],
        "number": NUMBER,
        "kind": "tollFree",
        "use": "autoAttendant",
        "registeredAt": "2026-03-01T12:00:00Z",
    }
    assert await listed(tenant) == {"items": [number], "next": None}
    assert await owner(world) == tenant.account


async def test_a_repeat_is_answered_as_the_first_time(world, tenant):
    first = await tenant.register_number(NUMBER)
    world.clock.forward(hours=1)
    assert await tenant.register_number(NUMBER) == first
    assert await code_of(tenant.register_number(NUMBER, "toll")) == "already_exists"
    assert await code_of(tenant.register_number(NUMBER, use="conference")) == "already_exists"


async def test_another_accounts_number_cannot_be_registered_or_released(tenant, other):
    number = await tenant.register_number(NUMBER)
    assert await code_of(other.register_number(NUMBER)) == "already_exists"
    assert await code_of(release(other, number["id"])) == "not_found"
    assert (await listed(other))["items"] == []


async def test_a_call_barred_by_anothers_registration_is_booked_once_the_account_has_the_number(world, tenant, other):
    await world.publish(TOLL_FREE_CARD)
    await tenant.grant("10")
    mistaken = await other.register_number(NUMBER)
    await report(world, call(direction="in", service="callQueue", called=NUMBER))
    [item] = await tenant.suspended()
    assert item["reason"] == "unknown_payer"
    world.clock.forward(hours=1)
    await release(other, mistaken["id"])
    assert (await tenant.replay(item["id"]))["state"] == "open"  # nobody has the number: whose call it was is not known
    await tenant.register_number(NUMBER)
    assert (await tenant.replay(item["id"]))["state"] == "replayed"
    assert await tenant.booked("debit") == [("debit", "-0.03")]
    assert await world.audit() == []


async def test_a_toll_free_call_without_an_inbound_rate_says_which_rate_is_missing(world, tenant):
    await tenant.register_number(NUMBER)
    await report(world, call(direction="in", service="callQueue", called=NUMBER))
    [item] = await tenant.suspended()
    assert (item["reason"], "direction in" in item["detail"]) == ("no_rate", True)


async def test_a_released_number_is_free_for_others(world, tenant, other):
    number = await tenant.register_number(NUMBER)
    assert await release(tenant, number["id"]) == {"id": number["id"], "releasedAt": "2026-03-01T12:00:00Z"}
    world.clock.forward(hours=1)
    assert await release(tenant, number["id"]) == {"id": number["id"], "releasedAt": "2026-03-01T12:00:00Z"}
    await other.register_number(NUMBER)
    assert await owner(world, world.clock.now()) == OTHER
    assert (await listed(tenant))["items"] == []


@pytest.mark.parametrize("name", ["x", "", "20260301120000000000-0123456789abcdef", "\x00", "../x"])
async def test_an_unknown_number_is_not_found(tenant, name):
    assert await code_of(release(tenant, name)) == "not_found"


async def test_an_unknown_account_has_no_numbers(world):
    stranger = Tenant(world, OTHER)
    assert await code_of(listed(stranger)) == "not_found"
    assert await code_of(stranger.register_number(NUMBER)) == "not_found"
    assert await code_of(release(stranger, "x")) == "not_found"
    assert world.service_numbers.histories == {}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"number": "18005550100", "kind": "toll", "use": "conference"}, "/number"),
        ({"number": "+1800555***", "kind": "toll", "use": "conference"}, "/number"),
        ({"number": "911", "kind": "toll", "use": "conference"}, "/number"),
        ({"number": "+123456", "kind": "toll", "use": "conference"}, "/number"),
        ({"number": "+1234567890123456", "kind": "toll", "use": "conference"}, "/number"),
        ({"number": 18005550100, "kind": "toll", "use": "conference"}, "/number"),
        ({"number": NUMBER, "kind": "free", "use": "conference"}, "/kind"),
        ({"number": NUMBER, "kind": "toll", "use": "user"}, "/use"),
        ({"number": NUMBER, "kind": "toll"}, "/use"),
        ({"number": NUMBER, "kind": "toll", "use": "conference", "name": "x"}, "/name"),
    ],
)
async def test_a_wrong_field_is_named(tenant, body, pointer):
    with pytest.raises(ProblemError) as raised:
        await tenant.request(register_number, body)
    assert raised.value.code == "invalid_request"
    assert [flaw.pointer for flaw in raised.value.flaws] == [pointer]
    assert "8005550100" not in json.dumps([flaw.detail for flaw in raised.value.flaws])


async def test_the_list_is_paged_in_both_directions(world, tenant):
    numbers = []
    for last in range(5):
        numbers.append(await tenant.register_number(f"{NUMBER}{last}"))
        world.clock.forward(seconds=1)
    for order, expected in (("asc", numbers), ("desc", numbers[::-1])):
        page = await listed(tenant, limit="2", order=order)
        found = page["items"]
        while page["next"]:
            page = await listed(tenant, limit="2", order=order, after=page["next"])
            found += page["items"]
        assert found == expected


async def test_closing_an_account_frees_its_numbers(world, tenant, other):
    await tenant.register_number(NUMBER)
    await tenant.request(close_account)
    world.clock.forward(hours=1)
    assert await owner(world, world.clock.now()) is None
    await other.register_number(NUMBER)
    assert await owner(world, world.clock.now()) == OTHER


async def test_a_closing_that_was_interrupted_is_completed_by_its_repeat(world, tenant):
    await tenant.register_number(NUMBER)
    world.service_numbers.down = True
    with pytest.raises(UnavailableError):
        await tenant.request(close_account)
    world.service_numbers.down = False
    world.clock.forward(hours=1)
    await tenant.request(close_account)
    assert await owner(world, START) is None
    assert world.service_numbers.histories["18005550100"][0].until == START


async def test_a_number_of_a_closed_account_is_free_even_if_the_closing_was_interrupted(world, tenant, other):
    await tenant.register_number(NUMBER)
    world.service_numbers.down = True
    with pytest.raises(UnavailableError):
        await tenant.request(close_account)
    world.service_numbers.down = False
    await other.register_number(NUMBER)
    assert await owner(world, START) == OTHER


async def test_a_reopened_account_begins_without_numbers(world, tenant):
    await tenant.register_number(NUMBER)
    world.service_numbers.down = True
    with pytest.raises(UnavailableError):
        await tenant.request(close_account)
    world.service_numbers.down = False
    await tenant.open()
    assert (await listed(tenant))["items"] == []
