"""An outside client authorises calls before and during them, and asks who may buy (CONTRACT 2.2 and 2.3)."""

import json
import uuid
from datetime import datetime, timedelta

import pytest

from tests.journeys.outside_client import Api, exchange
from tests.journeys.test_outside_calls import TOLL_FREE, Client, subscription, usd

JAPAN, KENYA, PREMIUM = "+81312345678", "+254201234567", "+819912345678"
FINAL = {"action": "terminate", "warnSeconds": 60}


class Switch(Client):
    """A tenant whose telephony system asks."""

    def __init__(self, machine):
        super().__init__(machine)
        self.clock = machine.clock
        self.switch = Api(machine.http, machine.token(self.account, "Calls.Authorise"))

    def ask(self, leg, verb, body=None, expected=200):
        path = f"/accounts/{self.account}/calls/{leg}/{verb}"
        status, answer = self.switch.ask("POST", path, body)
        assert status == expected, answer
        return answer

    def authorise(self, leg, called=JAPAN, expected=200, **fields):
        body = {"user": "ann", "direction": "out", "service": "user", "called": called, **fields}
        return self.ask(leg, "authorise", body, expected)

    def refusal(self, leg, called=JAPAN, **fields):
        answer = self.authorise(leg, called, **fields)
        assert answer["allowed"] is False
        return answer["reason"]

    def pass_time(self, seconds):
        """Let the ledger's clock move forward, with everything that is due on the way."""
        _, _, now = exchange("GET", self.clock, {})
        later = datetime.fromisoformat(json.loads(now)["now"]) + timedelta(seconds=seconds)
        body = json.dumps({"now": later.isoformat()}).encode()
        assert exchange("PUT", self.clock, {"Content-Type": "application/json"}, body)[0] == 200

    def usage(self, leg, seconds, called=JAPAN, **fields):
        started = self.read()["openedAt"]
        call = {"account": self.account, "direction": "out", "service": "user", "user": "ann", "called": called}
        self.send(leg, {**call, "startedAt": started, "durationSeconds": seconds, "leg": leg, **fields})


@pytest.fixture
def client(machine):
    return Switch(machine)


def test_a_hold_from_its_question_to_its_usage(client):
    lot = client.grant("paid", "10")["id"]
    first = client.authorise("one", wantedSeconds=300)
    assert (first["allowed"], first["reason"], first["callKind"]) == (True, None, "international")
    assert (first["maxSeconds"], first["freeSeconds"], first["finalUnit"]) == (300, 0, None)
    assert (first["perMinute"], first["leg"]) == (usd("0.1"), "one")
    valid, again = datetime.fromisoformat(first["validUntil"]), datetime.fromisoformat(first["reauthoriseAt"])
    assert valid - again == timedelta(seconds=180)  # a minute before the hold is used up, and the margin of 120 s
    assert 415 <= first["validSeconds"] <= 420
    assert 235 <= first["reauthoriseSeconds"] <= 240
    (hold,) = client.read("/holds")["items"]
    assert (hold["leg"], hold["validUntil"], hold["amount"]) == ("one", first["validUntil"], usd("0.5"))
    assert hold["lots"] == [{"lot": lot, "amount": usd("0.5")}]
    assert datetime.fromisoformat(hold["since"]) == valid - timedelta(seconds=420)

    same = client.authorise("one", wantedSeconds=17)
    instants = ("maxSeconds", "validUntil", "reauthoriseAt")
    assert [same[name] for name in instants] == [first[name] for name in instants]
    assert client.authorise("one", KENYA, expected=422)["code"] == "idempotency_conflict"
    more = client.ask("one", "extend", {"wantedSeconds": 600})
    assert (more["allowed"], more["maxSeconds"]) == (True, 900)
    shown = client.read()
    assert (shown["balance"], shown["held"], shown["spendable"]) == (usd(10), usd("1.5"), usd("8.5"))

    client.usage("one", 90)
    shown = client.read()
    assert (shown["balance"], shown["held"]) == (usd("9.85"), usd(0))
    assert client.read("/holds")["items"] == []
    assert client.refusal("one") == "hold_ended"
    assert client.ask("one", "extend")["reason"] == "hold_ended"


def test_calls_at_once_and_the_final_unit(client):
    client.grant("paid", "8.51")
    assert client.authorise("one", wantedSeconds=3_600)["maxSeconds"] == 3_600  # 6.00
    last = client.authorise("two", wantedSeconds=3_600)  # 2.51 pay for 1506 s
    assert (last["maxSeconds"], last["finalUnit"]) == (1_506, FINAL)
    assert client.refusal("three") == "balance_zero"
    denied = client.ask("two", "extend")
    assert (denied["allowed"], denied["reason"]) == (False, "balance_zero")
    client.ask("one", "release")
    assert client.read()["held"] == usd("2.51")
    assert client.authorise("three", wantedSeconds=60)["allowed"]
    assert client.refusal("one") == "hold_ended"


def test_a_hold_under_two_minutes_is_asked_about_half_way(client):
    client.grant("paid", "1")
    answer = client.authorise("one", wantedSeconds=60)
    assert answer["maxSeconds"] == 60
    assert 25 <= answer["reauthoriseSeconds"] <= 30


def test_less_than_the_first_billable_unit_is_insufficient(client):
    client.grant("paid", "1.99")
    assert client.refusal("one", PREMIUM) == "balance_insufficient"  # 0.50 and a minute at 1.50
    assert client.authorise("two", KENYA, wantedSeconds=1)["maxSeconds"] == 60


def test_a_lot_with_a_scope_pays_for_its_kinds_only(client):
    client.grant("paid", "1", scope=["premium"])
    assert client.refusal("one") == "balance_zero"
    assert client.authorise("two", "+819912345678", wantedSeconds=60)["reason"] == "balance_insufficient"
    client.grant("promotional", "1", scope=["premium", "international"])
    assert client.authorise("three", PREMIUM, wantedSeconds=60)["maxSeconds"] == 60
    shown = client.read()
    assert (shown["spendable"], shown["scoped"], shown["held"]) == (usd(0), usd(0), usd(2))
    assert client.refusal("four") == "balance_zero"


def test_what_is_pinned_survives_the_expiry_of_its_lot(client):
    now = datetime.fromisoformat(client.read()["openedAt"])
    lot = client.grant("paid", "5", expiresAt=(now + timedelta(minutes=10)).isoformat())["id"]
    assert client.authorise("one", wantedSeconds=1_200)["maxSeconds"] == 1_200  # 2.00
    client.pass_time(660)
    shown = client.read()
    assert (shown["balance"], shown["spendable"], shown["held"]) == (usd(0), usd(0), usd(2))
    assert client.refusal("two") == "balance_zero"
    assert client.ask("one", "extend")["allowed"] is False
    client.usage("one", 1_200)
    (debit,) = client.read("/movements?kind=debit")["items"]
    assert debit["lots"] == [{"lot": lot, "amount": usd(-2)}]
    assert client.read()["overdraft"] == usd(0)


def test_a_hold_is_released_at_its_time_out(client):
    client.grant("paid", "5")
    valid = client.authorise("one", wantedSeconds=60)["validSeconds"]
    client.pass_time(valid - 30)
    assert client.read()["held"] == usd("0.1")
    client.pass_time(40)
    assert client.read()["held"] == usd(0)
    assert client.read("/holds")["items"] == []
    assert client.refusal("one") == "hold_ended"
    assert client.ask("one", "extend")["reason"] == "hold_ended"
    client.usage("one", 120)
    assert client.read()["balance"] == usd("4.8")


def test_release_ends_a_leg_for_good(client):
    client.grant("paid", "1")
    client.ask("one", "release")
    assert client.refusal("one") == "hold_ended"
    assert client.ask("never", "extend", {"wantedSeconds": 60})["reason"] == "hold_ended"


def test_what_cannot_be_priced_is_refused(client):
    client.grant("paid", "1")
    assert client.refusal("one", "+4912345678") == "no_rate"
    assert client.refusal("two", "+81********") == "masked_number"
    client.write("POST", "/service-numbers", {"number": "+18885550999", "kind": "tollFree", "use": "conference"}, 201)


def test_emergency_and_inbound_calls_are_always_allowed(client, machine):
    for asked in (client.authorise("one", "911"), client.authorise("two", "+14255550101", direction="in")):
        assert (asked["allowed"], asked["maxSeconds"]) == (True, None)
    assert client.read("/holds")["items"] == []
    nobody = str(uuid.uuid4())
    stranger = Api(machine.http, machine.token(nobody, "Calls.Authorise"))
    body = {"user": "ann", "direction": "out", "service": "user", "called": "112", "usageLocation": "DE"}
    status, answer = stranger.ask("POST", f"/accounts/{nobody}/calls/one/authorise", body)
    assert (status, answer["allowed"], answer["callKind"], answer["maxSeconds"]) == (200, True, "emergency", None)


def test_at_zero_pools_and_included_destinations_are_allowed_without_a_licence(client):
    assert client.refusal("zero") == "balance_zero"
    assert client.refusal("toll-free", TOLL_FREE, direction="in", service="callQueue") in {
        "balance_zero",
        "unknown_payer",
    }
    client.subscribe([subscription("S-1", "MCOMEETADD", 1, ["44"])])
    client.write("PUT", "/licences/bob", {"communicationsCredits": True}, 201)
    within = client.authorise("one", service="conference", wantedSeconds=3_000)
    assert (within["allowed"], within["maxSeconds"], within["freeSeconds"]) == (True, 3_000, 3_000)
    rest = client.authorise("two", service="conference", wantedSeconds=3_000)
    assert (rest["maxSeconds"], rest["freeSeconds"], rest["finalUnit"]) == (600, 600, FINAL)
    assert client.authorise("three", "+442079460123")["maxSeconds"] is None
    assert client.read()["held"] == usd(0)
    client.usage("one", 61, service="conference")
    (pool,) = client.read("/pools")["items"]
    assert (pool["usedSeconds"], pool["sizeSeconds"]) == (61, 3_600)


def test_only_the_licence_is_missing(client):
    client.grant("paid", "5")
    client.write("PUT", "/licences/bob", {"communicationsCredits": True, "plan": "MCOPSTN1"}, 201)
    assert client.refusal("one") == "not_licensed"
    assert client.authorise("two", user="bob")["allowed"]
    assert client.authorise("three", service="autoAttendant", user=None)["allowed"]


def buys(client, expected):
    headers = {"Idempotency_Key": str(uuid.uuid4())}
    return client.write("POST", "/purchases", {"amount": usd(50), "paymentMethod": "pm_card_visa"}, expected, **headers)


def test_who_may_buy_and_why_not(client):
    shown = client.read("/eligibility")
    assert (shown["eligible"], shown["reasons"], shown["notNeeded"]) == (True, [], [])
    bought = subscription("S-1", "MCOPSTN1", 1, ["44"])
    client.subscribe([{**bought, "channel": "csp"}])
    shown = client.read("/eligibility")
    assert (shown["eligible"], [each["code"] for each in shown["reasons"]]) == (False, ["csp_only"])
    assert all(each["remedy"] for each in shown["reasons"])
    assert {each["code"] for each in shown["notNeeded"]} == {"included_destinations", "pool_minutes"}
    refused = buys(client, 422)
    assert (refused["code"], [each["code"] for each in refused["errors"]]) == ("not_eligible", ["csp_only"])

    armed = {"enabled": True, "trigger": usd(10), "amount": usd(50)}
    assert client.write("PUT", "/auto-recharge", armed, 422, If_Match="*")["code"] == "not_eligible"

    client.subscribe([{**bought, "agreement": "enterprise", "billingCountry": "DE"}])
    assert [each["code"] for each in client.read("/eligibility")["reasons"]] == ["billing_region"]
    now = datetime.fromisoformat(client.read("/eligibility")["at"])
    dates = {"from": (now - timedelta(days=1)).isoformat(), "until": (now + timedelta(days=1)).isoformat()}
    body = {"reason": "one parent company", "ticket": "T-1", **dates}
    path = f"/accounts/{client.account}/exemptions"
    assert client.operator.ask("POST", path, body)[0] == 201
    assert client.read("/eligibility")["eligible"] is True
    later = (now + timedelta(days=2)).isoformat().replace("+00:00", "Z")
    assert client.read(f"/eligibility?at={later}")["eligible"] is False
    assert buys(client, 201)["state"] == "succeeded"
