"""Call records: what people see of each call, and what is kept of its numbers (R20, R27)."""

import json

import pytest

from shared.ports import UnavailableError
from shared.use_cases.corrections.reverse_movement import reverse_movement
from shared.use_cases.usage.forget_numbers import forget_numbers
from shared.views.calls import list_calls
from tests.tenant import BOSTON, LEEDS, LONDON, call, code_of, plain, report

USER = "+14255550199"

JAPAN = b"""prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds
81,Japan,,JP,0.1,0,60,60
"""


async def calls(tenant, **query):
    return (await tenant.request(list_calls, query=query)).value["items"]


def stored(table):
    """Everything in a table as one text."""
    return json.dumps([[key, dict(row.values)] for rows in table.partitions.values() for key, row in rows.items()])


async def test_a_call_is_listed_with_its_numbers_and_what_it_costs(world, tenant):
    await tenant.grant("100")
    await report(world, call("one", 90, calling=BOSTON, capability="MCOPSTN1"))
    [shown] = await calls(tenant)
    explanation = shown.pop("explanation")
    assert (explanation["destination"], explanation["billedSeconds"]) == ("London", 120)
    assert shown.pop("id").startswith("20260301115000000000-")
    assert plain(shown.pop("amount")) == "0.04"
    assert shown == {
        "event": {"source": "urn:example:sbc-1", "id": "one"},
        "startedAt": "2026-03-01T11:50:00Z",
        "direction": "out",
        "service": "user",
        "callKind": "international",
        "user": "ann",
        "capability": "MCOPSTN1",
        "calling": BOSTON,
        "called": LONDON,
        "seconds": 90,
        "billedSeconds": 120,
        "freeSeconds": 0,
        "isReversed": False,
    }


async def test_calls_are_filtered_by_start_and_user_and_listed_in_pages(world, tenant):
    for number in range(6):
        at = f"2026-02-2{number}T08:00:00Z"
        await report(world, call(f"c{number}", user="ann" if number % 2 else "bob", startedAt=at))
    names = [each["event"]["id"] for each in await calls(tenant)]
    assert names == [f"c{number}" for number in range(6)]
    assert [each["event"]["id"] for each in await calls(tenant, order="desc", user="bob")] == ["c4", "c2", "c0"]
    bounds = {"from": "2026-02-21T08:00:00Z", "to": "2026-02-24T08:00:00Z"}
    assert [each["event"]["id"] for each in await calls(tenant, **bounds)] == ["c1", "c2", "c3"]
    first = (await tenant.request(list_calls, query={"limit": "4"})).value
    rest = (await tenant.request(list_calls, query={"limit": "4", "after": first["next"]})).value
    assert [each["event"]["id"] for each in first["items"] + rest["items"]] == names
    assert rest["next"] is None
    assert await code_of(tenant.request(list_calls, query={"after": "x"})) == "invalid_request"


async def test_a_corrected_call_is_shown_as_it_is_booked_now(world, tenant):
    await tenant.grant("100")
    await report(world, call("one", 60), call("one", 60, called=BOSTON, startedAt="2026-02-27T10:00:00Z"))
    [conflict] = await tenant.suspended()
    await tenant.accept(conflict["id"])
    [shown] = await calls(tenant)
    assert (shown["startedAt"], shown["called"], plain(shown["amount"])) == ("2026-02-27T10:00:00Z", BOSTON, "0.6")
    [movement] = await tenant.movements(kind="debit")
    await tenant.request(reverse_movement, {"reason": "a test"}, movement=movement["id"])
    [shown] = await calls(tenant)
    assert (plain(shown["amount"]), shown["billedSeconds"], shown["isReversed"]) == ("0", 0, True)


async def test_a_replayed_call_is_recorded_once(world, tenant):
    await report(world, call("one", called="+819012345678"))
    assert await calls(tenant) == []
    await world.publish(JAPAN)
    [item] = await tenant.suspended()
    await tenant.replay(item["id"])
    assert [each["called"] for each in await calls(tenant)] == ["+819012345678"]


async def test_records_wait_in_the_outbox_while_their_table_cannot_be_written(world, tenant):
    await tenant.grant("100")

    async def away(operation, *_):
        if operation == "transact":
            raise UnavailableError("away")

    world.usage.before = away
    await report(world, call("one"))
    assert await tenant.balance() == "99.98"
    assert await calls(tenant) == []
    world.usage.before = None
    await tenant.world.tick(minutes=2)
    assert [each["event"]["id"] for each in await calls(tenant)] == ["one"]
    assert await world.audit() == []


async def test_a_full_group_of_calls_has_one_outbox_row_and_one_transaction_of_records(world, tenant):
    await report(world, call("first"))
    await calls(tenant)
    before = world.usage.transactions
    await report(world, [call(f"c{number}") for number in range(80)])
    assert len(await calls(tenant, limit="100")) == 81
    assert world.usage.transactions - before == 1


async def test_after_their_retention_no_number_is_stored_and_the_calls_are_still_listed(world, tenant):
    await report(world, call("one", calling=LEEDS), call("two", startedAt="2026-02-28T23:59:00Z"))
    await world.tick(minutes=2)
    world.clock.forward(days=400)
    assert await forget_numbers(world.services) == 1
    assert [each["called"] for each in await calls(tenant)] == [None, LONDON]
    world.clock.forward(days=1)
    assert await forget_numbers(world.services) == 1
    shown = [(each["calling"], each["called"], each["user"]) for each in await calls(tenant)]
    assert shown == [(None, None, "ann")] * 2
    for digits in (LONDON, LEEDS):
        assert digits[1:] not in stored(world.usage)


NAMES = [
    USER,
    "tel:+1-425-555-0199",
    "sip:+14255550199@contoso.example",
    "SIPS:+14255550199;user=phone",
    "+1 425 555 0199",
]


@pytest.mark.parametrize("name", NAMES)
async def test_pages_hold_no_name_that_can_be_dialled(world, tenant, name):
    await tenant.grant("100")
    await tenant.set_subscriptions(
        {
            "id": "S",
            "plan": "MCOPSTN2",
            "licences": 1,
            "usageLocation": "US",
            "channel": "direct",
            "agreement": "web",
            "from": "2026-01-01T00:00:00Z",
        }
    )
    await tenant.assign(name, plan="MCOPSTN2", usageLocation="US")
    await tenant.authorise("leg", user=name)
    named = call(name, user=name, leg="leg")
    await report(world, {**named, "source": name}, call(name, 5, called="+819012345678", user=name))
    [shown] = await calls(tenant, user=name)
    assert (shown["user"], shown["event"]) == (name, {"source": name, "id": name})
    assert name not in json.loads(stored(world.ledger))
    assert name not in stored(world.ledger)
    [item] = await tenant.suspended()
    assert item["event"]["id"] == name
    assert await world.audit() == []


async def test_a_call_with_a_concealed_name_is_known_again_and_can_be_reversed_while_its_record_is_whole(world, tenant):
    await tenant.grant("100")
    await report(world, call(USER, user=USER), call("plain", user=USER), call(USER, user=USER))
    assert await tenant.balance() == "99.96"
    first, second = await tenant.movements(kind="debit")
    assert first["user"] == second["user"] != USER
    await tenant.request(reverse_movement, {"reason": "a test"}, movement=first["id"])
    assert await tenant.balance() == "99.98"
    await report(world, call(USER, user=USER))
    assert await tenant.balance() == "99.98"
    world.clock.forward(days=402)
    await forget_numbers(world.services)
    assert {each["user"] for each in await calls(tenant)} == {first["user"]}


async def test_the_key_of_concealed_names_differs_between_accounts(world, tenant):
    other = await world.services.number_keys.key("5f0c1f9e-0000-4000-8000-000000000002")
    assert other != await world.services.number_keys.key(tenant.account)
    assert world.process().number_keys is not world.services.number_keys
    assert await world.process().number_keys.key(tenant.account) == await world.services.number_keys.key(tenant.account)


async def test_a_request_reads_a_bounded_part_of_many_calls(world, tenant, monkeypatch):
    monkeypatch.setattr("shared.views.calls.CALLS_READ_MAX", 5)
    await report(world, [call(f"c{number}", user="bob" if number == 11 else "ann") for number in range(12)])
    pages: list[int] = []
    after: dict[str, str] = {}
    while True:
        shown = (await tenant.request(list_calls, query={"user": "bob", **after})).value
        pages.append(len(shown["items"]))
        if shown["next"] is None:
            break
        after = {"after": shown["next"]}
    assert (sum(pages), len(pages)) == (1, 3)
