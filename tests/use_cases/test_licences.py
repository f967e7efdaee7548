"""Licences of users, with dates (R16, CONTRACT 2.3)."""

import asyncio

import pytest

from shared.service.http import ProblemError
from shared.use_cases.accounts.rebuild_account import rebuild_account
from shared.use_cases.entitlements.assign_licence import assign_licence
from shared.views.licences import list_licences, read_licence
from tests.fakes.world import START, request
from tests.tenant import OTHER, Tenant, code_of

ANN = {
    "user": "ann",
    "communicationsCredits": True,
    "plan": "MCOPSTN1",
    "usageLocation": "US",
    "assignedAt": "2026-03-01T12:00:00Z",
}
NOBODY = {"user": "ann", "communicationsCredits": False, "plan": None, "usageLocation": None, "assignedAt": None}


async def read(tenant, user="ann"):
    return (await tenant.request(read_licence, user=user)).value


async def listed(tenant, **query):
    return (await tenant.request(list_licences, query=query)).value


async def users(tenant, **query):
    return [item["user"] for item in (await listed(tenant, **query))["items"]]


async def pages(world):
    return sum(key.startswith("j:") for key in world.ledger.partitions[Tenant(world).account])


async def test_a_licence_is_assigned_and_read_back(world, tenant):
    reply = await tenant.assign("ann", plan="MCOPSTN1", usageLocation="US")
    assert (reply.status, reply.value) == (201, ANN)
    assert await read(tenant) == ANN
    assert (await world.services.book(tenant.account)).entitlements.licensed_since == START
    assert await world.audit() == []


async def test_the_same_content_again_changes_nothing(world, tenant):
    await tenant.assign("ann", plan="MCOPSTN1", usageLocation="US")
    before = await pages(world)
    world.clock.forward(hours=1)
    again = await tenant.assign("ann", plan="MCOPSTN1", usageLocation="US")
    assert (again.status, again.value) == (201, ANN)
    assert await pages(world) == before


async def test_another_plan_is_a_change_from_now_on(world, tenant):
    await tenant.assign("ann", plan="MCOPSTN1", usageLocation="US")
    world.clock.forward(hours=1)
    for _ in range(2):
        changed = await tenant.assign("ann")
        assert (changed.status, changed.value["assignedAt"]) == (200, "2026-03-01T13:00:00Z")
        assert changed.value["plan"] is None


async def test_only_the_first_assignment_ever_begins_the_requirement(world, tenant):
    await tenant.assign("ann")
    world.clock.forward(hours=1)
    await tenant.unassign("ann")
    await tenant.assign("bob")
    assert (await world.services.book(tenant.account)).entitlements.licensed_since == START


@pytest.mark.parametrize("user", [..., None])
async def test_a_users_call_that_names_no_user_is_refused_once_licences_are_required(world, tenant, user):
    await tenant.grant("10")
    assert (await tenant.authorise("before", user=user))["allowed"] is True
    await tenant.assign("ann")
    world.clock.forward(seconds=1)
    assert (await tenant.authorise("ann's", user="ann"))["allowed"] is True
    assert (await tenant.authorise("nobody's", user=user))["reason"] == "not_licensed"
    assert (await tenant.authorise("a queue's", user=user, service="callQueue"))["allowed"] is True


async def test_a_removed_licence_is_not_found_and_can_be_removed_again(world, tenant):
    await tenant.assign("ann")
    world.clock.forward(hours=1)
    before = None
    for _ in range(2):
        reply = await tenant.unassign("ann")
        assert (reply.status, reply.value) == (200, NOBODY)
        assert before in {None, await pages(world)}
        before = await pages(world)
    assert await code_of(read(tenant)) == "not_found"
    assert await users(tenant) == []
    world.clock.forward(hours=1)
    assert (await tenant.assign("ann")).status == 201
    assert await world.audit() == []


async def test_a_user_who_never_had_a_licence_is_not_found(tenant):
    assert await code_of(read(tenant)) == "not_found"
    assert await code_of(tenant.unassign("ann")) == "not_found"
    await tenant.assign("bob")
    assert await code_of(read(tenant)) == "not_found"
    assert await code_of(tenant.unassign("ann")) == "not_found"


@pytest.mark.parametrize("user", ["", "x" * 257, "a\nb", "\x00", "\ud800"])
async def test_what_cannot_be_a_users_id_is_refused(tenant, user):
    assert await code_of(read(tenant, user)) == "invalid_request"
    assert await code_of(tenant.unassign(user)) == "invalid_request"
    assert await code_of(tenant.assign(user)) == "invalid_request"


async def test_users_are_told_apart_exactly(tenant):
    for user in ("Ann", "ann", "ann ", "ann@example.com", "a/n?n#", "日本", "x" * 256):
        await tenant.assign(user)
        assert (await read(tenant, user))["user"] == user
    assert len(await users(tenant)) == 7


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/communicationsCredits"),
        ({"communicationsCredits": False}, "/communicationsCredits"),
        ({"communicationsCredits": True, "plan": "MCOPSTN99"}, "/plan"),
        ({"communicationsCredits": True, "plan": ""}, "/plan"),
        ({"communicationsCredits": True, "usageLocation": "ZZ"}, "/usageLocation"),
        ({"communicationsCredits": True, "name": "Ann"}, "/name"),
    ],
)
async def test_a_wrong_field_is_named(world, tenant, body, pointer):
    before = await pages(world)
    with pytest.raises(ProblemError) as raised:
        await tenant.request(assign_licence, body, user="ann")
    assert (raised.value.code, [flaw.pointer for flaw in raised.value.flaws]) == ("invalid_request", [pointer])
    assert await pages(world) == before


async def test_an_unknown_account_has_no_licences(world):
    stranger = Tenant(world, OTHER)
    for asked in (read(stranger), stranger.assign("ann"), stranger.unassign("ann"), listed(stranger)):
        assert await code_of(asked) == "not_found"


async def test_licences_are_listed_in_the_order_of_their_first_assignment(world, tenant):
    names = ["eve", "bob", "dan", "ann", "cid"]
    for user in names:
        await tenant.assign(user)
        world.clock.forward(seconds=1)
    await tenant.assign("eve", plan="MCOPSTN1")  # a change keeps the place
    for order, expected in (("asc", names), ("desc", names[::-1])):
        page = await listed(tenant, limit="2", order=order)
        found = [item["user"] for item in page["items"]]
        while page["next"]:
            page = await listed(tenant, limit="2", order=order, after=page["next"])
            found += [item["user"] for item in page["items"]]
        assert found == expected
    assert await code_of(tenant.request(list_licences, query={"after": "ann"})) == "invalid_request"


async def test_many_users_are_given_licences_at_once(world, tenant):
    await asyncio.gather(*(tenant.assign(f"user {number}", plan="MCOPSTN1") for number in range(300)))
    assert len(await users(tenant, limit="1000")) == 300
    assert await world.audit() == []


async def test_two_processes_assign_licences_of_the_same_users(world, tenant):
    other = world.process()
    for user in ("ann", "bob", "ann"):
        await tenant.assign(user)
        reply = await assign_licence(other, request(body='{"communicationsCredits": true}', user=user))
        assert reply.status == 201
    assert await users(tenant) == sorted(await users(tenant), key=["ann", "bob"].index)
    assert await world.audit() == []


async def test_licences_survive_the_loss_of_every_row_but_the_pages(world, tenant):
    await tenant.assign("ann", plan="MCOPSTN1", usageLocation="US")
    rows = world.ledger.partitions[tenant.account]
    for key in [key for key in rows if not key.startswith("j:")]:
        del rows[key]
    world.services = world.process()
    await rebuild_account(world.services, tenant.account)
    assert await read(tenant) == ANN
    assert await world.audit() == []
