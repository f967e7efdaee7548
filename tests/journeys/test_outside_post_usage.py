"""An outside client follows the switch to post-usage billing, and computes what accrues (CONTRACT 1, 2, 2.2)."""

import pytest

from tests.journeys.outside_client import StorageQueue
from tests.journeys.test_outside_calls import subscription, usd
from tests.journeys.test_outside_holds import JAPAN, KENYA, Switch, buys

BOSTON = "+14255550101"


def billed_later(**fields):
    return {**subscription("S-1", "MCOPSTN1", 1, []), "agreement": "newCommerce", "payAsYouGo": True, **fields}


@pytest.fixture
def client(machine):
    return Switch(machine)


def figures(client):
    shown = client.read()
    return [shown["state"], *(shown[name] for name in ("balance", "overdraft", "accrued"))]


def booked(client):
    """The last movement: kind, amount, what lots paid, what accrued."""
    last = client.read("/movements?order=desc&limit=1")["items"][0]
    return last["kind"], last["amount"], [part["amount"] for part in last["lots"]], last["accrued"]


def test_credit_is_used_first_the_crossing_call_is_split_and_the_rest_accrues(client):
    client.grant("paid", "1")
    assert figures(client)[0] == "prepaid"
    client.subscribe([billed_later()])
    assert figures(client) == ["draining", usd(1), usd(0), usd(0)]
    assert client.read("/post-usage")["state"] == "draining"
    assert [each["code"] for each in client.read("/eligibility")["reasons"]] == ["post_usage"]
    refused = buys(client, 422)
    assert (refused["code"], [each["code"] for each in refused["errors"]]) == ("post_usage", ["post_usage"])

    client.usage("one", 300)
    assert booked(client) == ("debit", usd("-0.5"), [usd("-0.5")], usd(0))
    client.usage("two", 600)
    assert booked(client) == ("debit", usd(-1), [usd("-0.5")], usd("0.5"))
    assert figures(client) == ["accruing", usd(0), usd(0), usd("0.5")]
    client.usage("three", 61, KENYA)
    assert booked(client) == ("accrual", usd("-0.62"), [], usd("0.62"))
    assert figures(client) == ["accruing", usd(0), usd(0), usd("1.12")]
    assert client.read("/post-usage")["accruesFrom"]

    client.grant("paid", "0.2")  # funds that arrive later pay first
    client.usage("four", 180)
    assert booked(client) == ("debit", usd("-0.3"), [usd("-0.2")], usd("0.1"))
    month = client.read("/movements?order=desc&limit=1")["items"][0]["at"][:7]
    accrual = client.read(f"/accruals/{month}")
    items = {(each["callKind"], each["destination"]): (each["calls"], each["amount"]) for each in accrual["items"]}
    assert items == {
        ("international", "Japan"): (2, usd("0.6")),
        ("international", "Kenya"): (1, usd("0.62")),
    }
    assert (accrual["month"], accrual["amount"]) == (month, usd("1.22"))


def test_at_zero_calls_may_start_and_what_lots_lack_accrues(client):
    client.grant("paid", "0.1")
    client.subscribe([billed_later()])
    client.write("PUT", "/licences/bob", {"communicationsCredits": True}, 201)
    answer = client.authorise("one", wantedSeconds=120)  # ann has no licence
    assert (answer["allowed"], answer["maxSeconds"], answer["finalUnit"]) == (True, 120, None)
    (hold,) = client.read("/holds")["items"]
    assert hold["amount"] == usd("0.1")
    client.usage("one", 120)
    assert booked(client) == ("debit", usd("-0.2"), [usd("-0.1")], usd("0.1"))
    assert figures(client) == ["accruing", usd(0), usd(0), usd("0.1")]
    assert "flags" not in client.read("/movements?order=desc&limit=1")["items"][0]["explanation"]


def test_without_pay_as_you_go_calls_stop_after_the_included_minutes(client):
    client.subscribe([billed_later(payAsYouGo=False)])
    assert client.refusal("one") == "payg_off"
    assert client.refusal("two", JAPAN, capability="MCOPSTN1") == "payg_off"
    inside = client.authorise("three", BOSTON, capability="MCOPSTN1", wantedSeconds=600)
    assert (inside["allowed"], inside["maxSeconds"], inside["freeSeconds"]) == (True, 600, 600)
    client.usage("four", 60, capability="MCOPSTN1")
    assert booked(client) == ("accrual", usd("-0.1"), [], usd("0.1"))
    assert client.read("/movements?order=desc&limit=1")["items"][0]["explanation"]["flags"] == ["payg_off"]


def test_the_switch_is_tried_made_and_taken_back(client, machine):
    assert client.write("POST", "/post-usage", {"dryRun": True}, 422)["code"] == "not_eligible"
    assert client.write("POST", "/post-usage", {}, 422)["code"] == "not_eligible"
    client.write("POST", "/payment-methods", {"paymentMethod": "pm_card_visa"}, 201)
    armed = {"enabled": True, "trigger": usd(10), "amount": usd(50)}
    client.write("PUT", "/auto-recharge", armed, 200, If_Match="*")
    for name in ("wakeups", "recharges", "notices"):
        StorageQueue(machine.storage, name).until_empty(60)
    client.subscribe([billed_later()])
    assert figures(client)[0] == "prepaid"  # auto-recharge is on
    tried = client.write("POST", "/post-usage", {"dryRun": True}, 200)
    assert all(step["code"] and step["detail"] for step in tried["steps"])
    assert figures(client)[0] == "prepaid"
    before = client.read()["balance"]
    assert client.write("POST", "/post-usage", {}, 202)["state"] == "draining"
    shown = client.read("/auto-recharge")
    assert (shown["enabled"], shown["reason"]) == (False, "post_usage")
    assert figures(client) == ["draining", before, usd(0), usd(0)]
    client.write("DELETE", "/post-usage", None, 200)
    assert figures(client) == ["prepaid", before, usd(0), usd(0)]
