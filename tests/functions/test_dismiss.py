"""Operators dismiss suspended items over HTTP (CONTRACT 2)."""

import pytest

from tests.tenant import call, report

WHY = {"reason": "a test of the sender's"}


@pytest.fixture
async def item(world, tenant):
    """A suspended message that can never be booked."""
    await report(world, call(seconds=90_000))
    [waiting] = await tenant.suspended()
    return waiting["id"]


async def test_a_dismissed_item_is_returned_with_the_reason(api, item):
    answer = await api.request("POST", f"suspense/{item}/dismiss", body=WHY)
    assert (answer.status, answer.json["id"], answer.json["state"]) == (200, item, "dismissed")
    assert answer.json["detail"].endswith("; dismissed: a test of the sender's")
    assert (await api.request("GET", "suspense")).json["items"] == []
    assert (await api.request("GET", "suspense", state="dismissed")).json["items"] == [answer.json]


async def test_a_repeated_dismissal_gets_the_same_answer(api, item):
    first = await api.request("POST", f"suspense/{item}/dismiss", body=WHY)
    again = await api.request("POST", f"suspense/{item}/dismiss", body={"reason": "another"})
    assert (again.status, again.json) == (first.status, first.json)


async def test_an_unknown_item_is_not_found(api):
    answer = await api.request("POST", "suspense/no-such-item/dismiss", body=WHY)
    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (None, [""]),
        ({}, ["/reason"]),
        ({"reason": " "}, ["/reason"]),
        ({"reason": "two\nlines"}, ["/reason"]),
        ({"reason": "x", "because": "y"}, ["/because"]),
    ],
)
async def test_a_dismissal_without_a_reason_changes_nothing_and_names_the_field(api, tenant, item, body, pointers):
    answer = await api.request("POST", f"suspense/{item}/dismiss", body=body)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert [flaw["pointer"] for flaw in answer.json["errors"]] == pointers
    assert [waiting["id"] for waiting in await tenant.suspended()] == [item]


async def test_an_accepted_item_is_not_dismissed(api, world, tenant):
    await report(world, call("call-2"), call("call-2", 180))
    [conflict] = [each["id"] for each in await tenant.suspended() if each["reason"] == "conflict"]
    assert (await api.request("POST", f"suspense/{conflict}/accept")).status == 200
    answer = await api.request("POST", f"suspense/{conflict}/dismiss", body=WHY)
    assert (answer.status, answer.code) == (409, "already_exists")
    assert "accepted" in answer.json["detail"]
