"""An outside client sets an organisation up, sends calls, and finds each figure as computed (CONTRACT 1, 2)."""

import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.journeys.outside_client import Api, StorageQueue
from tests.journeys.outside_rating import Lot, Organisation, card_text

CALLS = 70
TOLL_FREE, TOLL = "+18885550123", "+18885550456"
SUBSCRIPTIONS = [("S-1", "MCOPSTN1", 1, []), ("S-2", "MCOPSTN2", 1, ["44"]), ("S-3", "MCOMEETADD", 1, [])]
SCOPED, FIRST = {"scope": ["tollFree"]}, {"priority": 0}
GRANTS: list[tuple[str, str, dict[str, Any]]] = [
    ("paid", "30", {}),
    ("promotional", "4", {}),
    ("paid", "0.40", SCOPED),
    ("paid", "1", FIRST),
]


def usd(amount):
    return {"amount": f"{Decimal(amount):.6f}", "currency": "USD"}


class Client:
    """One tenant, its operator and its telephony system."""

    def __init__(self, machine):
        self.account = str(uuid.uuid4())
        self.operator = Api(machine.http, machine.token(self.account, "Credits.Read", "Credits.Operate"))
        self.tenant = Api(machine.http, machine.token(self.account, "Credits.Read", "Credits.Manage"))
        self.queue = StorageQueue(machine.storage, "usage")
        card = f"calls-{self.account[:8]}"
        path = f"/rate-cards/{card}/versions/2020-01-01T00:00:00Z?currency=USD"
        assert self.operator.ask("PUT", path, card_text())[0] == 201
        opened = {"account": self.account, "currency": "USD", "country": "US", "rateCard": card}
        assert self.operator.ask("POST", "/accounts", opened)[0] == 201

    def read(self, path=""):
        status, answer = self.tenant.ask("GET", f"/accounts/{self.account}{path}")
        assert status == 200, answer
        return answer

    def write(self, method, path, body, expected, **headers):
        status, answer = self.tenant.ask(method, f"/accounts/{self.account}{path}", body, **headers)
        assert status == expected, answer
        return answer

    def subscribe(self, items):
        self.write("PUT", "/subscriptions", {"items": items}, 428)
        self.write("PUT", "/subscriptions", {"items": items}, 412, If_Match='"0-other"')
        assert self.write("PUT", "/subscriptions", {"items": items}, 200, If_Match="*")["items"] != []

    def grant(self, kind, amount, **fields):
        reference = f"{kind} {amount} {fields}"
        body = {"amount": usd(amount), "reference": reference, "kind": kind, **fields}
        path = f"/accounts/{self.account}/grants"
        status, lot = self.operator.ask("POST", path, body, Idempotency_Key=reference)
        assert status == 201, lot
        return lot

    def send(self, name, call):
        event = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": "urn:outside-calls", "id": name}
        self.queue.put(json.dumps({**event, "data": call}))
        self.queue.until_empty(60)


def subscription(name, plan, licences, includes):
    bought = {"usageLocation": "US", "channel": "direct", "agreement": "web", "from": "2020-01-01T00:00:00Z"}
    return {"id": name, "plan": plan, "licences": licences, "includes": includes, **bought}


def pool_sizes(plans):
    """The seconds of each pool of the organisation's subscriptions, by `GET /plans`."""
    minutes = {
        (plan["plan"], pool["destinations"]): pool["minutesPerLicence"]
        for plan in plans
        for pool in plan["pools"]
        if not pool["locations"] or "US" in pool["locations"]
    }
    licences = {plan: count for _, plan, count, _ in SUBSCRIPTIONS}
    return {(plan, where): 60 * each * licences[plan] for (plan, where), each in minutes.items() if plan in licences}


def random_call(rng, account, now):
    called = rng.choice(("+14255550101", "+16045550101", "+254201234567", "+33123456789", "+33612345678"))
    called = rng.choice((called, "+442079460123", "+81312345678", "+819912345678", "911"))
    call = {"account": account, "direction": "out", "service": "user", "called": called}
    call["user"] = rng.choice(("ann", "bob", "cyd"))
    way = rng.random()
    if way < 0.25:
        call |= {"service": "conference"}
    elif way < 0.4:
        call |= {"direction": "in", "service": "callQueue", "called": rng.choice((TOLL_FREE, TOLL, "+18885550789"))}
        del call["user"]
    if call["service"] == "user" and rng.random() < 0.2:
        call["capability"] = rng.choice(("MCOPSTN1", "MCOPSTN2", "MCOPSTNPP"))
    long = rng.choice((7_200, 7_200, 86_400))
    call["durationSeconds"] = rng.choice((0, 1, 29, 30, 31, 59, 60, 61, rng.randint(62, long), rng.randint(62, long)))
    hours = rng.choice((0, rng.randint(1, 240)))
    call["startedAt"] = (now - timedelta(hours=hours)).astimezone(UTC).isoformat()
    return call


def crossing(account, now):
    """Two calls that together have more minutes than the conferencing pool of a month."""
    call = {"account": account, "direction": "out", "service": "conference", "user": "ann", "called": "+14255550101"}
    return [{**call, "startedAt": now.astimezone(UTC).isoformat(), "durationSeconds": 2_101} for _ in range(2)]


@pytest.fixture(scope="module")
def scenario(machine):
    """The client and the organisation after all calls, and the expected booking of each."""
    client, rng = Client(machine), random.Random(36)
    client.subscribe([subscription(*each) for each in SUBSCRIPTIONS])
    sizes = pool_sizes(client.tenant.all("/plans", 1000))
    for user, plan in (("ann", "MCOPSTN1"), ("bob", "MCOPSTN2")):
        body = {"communicationsCredits": True, "plan": plan, "usageLocation": "US"}
        client.write("PUT", f"/licences/{user}", body, 201)
    since = datetime.fromisoformat(client.read("/licences")["items"][0]["assignedAt"])
    organisation = Organisation(sizes, "44", {"ann": "MCOPSTN1", "bob": "MCOPSTN2"}, since)
    for number, kind in ((TOLL_FREE, "tollFree"), (TOLL, "toll")):
        client.write("POST", "/service-numbers", {"number": number, "kind": kind, "use": "callQueue"}, 201)
        organisation.own.add(number.removeprefix("+"))
    organisation.toll_free.add(TOLL_FREE.removeprefix("+"))
    for kind, amount, fields in GRANTS:
        lot = client.grant(kind, amount, **fields)
        order = (fields.get("priority", 1), not fields.get("scope"), lot["expiresAt"], kind == "paid", lot["id"])
        organisation.lots.append(Lot(lot["id"], Decimal(amount), tuple(fields.get("scope", ())), order))
    now = datetime.fromisoformat(lot["purchasedAt"])
    expected = {}
    calls = [random_call(rng, client.account, now) for _ in range(CALLS)]
    for place, call in enumerate([*calls[:20], *crossing(client.account, now), *calls[20:]]):
        client.send(f"call-{place}", call)
        expected[f"call-{place}"] = organisation.book(call)
    return client, organisation, expected


def test_every_call_is_booked_with_its_explanation(scenario):
    client, organisation, expected = scenario
    found = client.tenant.all(f"/accounts/{client.account}/movements", 31)
    booked = {item["event"]["id"]: item for item in found if item["kind"] == "debit"}
    assert booked.keys() == expected.keys()
    months = {pool[2] for pool in organisation.used}
    pools = [each for month in months for each in client.read(f"/pools?month={month}")["items"]]
    ids = {each["id"]: (each["capability"], each["destinations"], each["month"]) for each in pools}
    for name, item in booked.items():
        due, explained = expected[name], item["explanation"]
        assert item["amount"] == usd(-due.amount), name
        assert item["overdraft"] == usd(due.overdraft), name
        assert [(part["lot"], part["amount"]) for part in item["lots"]] == [
            (lot, usd(-part)) for lot, part in due.parts
        ]
        seconds = (explained["callKind"], explained["freeSeconds"], explained["billedSeconds"])
        assert seconds == (due.kind, due.free, due.billed), name
        assert explained.get("flags", []) == due.flags, name
        assert ids.get(explained.get("pool")) == due.pool, name


def test_the_calls_reach_every_edge(scenario):
    _, organisation, expected = scenario
    booked = expected.values()
    kinds = {"emergency", "inbound", "tollFree", "premium", "conferenceDialOut", "domestic", "international"}
    assert {each.kind for each in booked} == kinds
    assert any(each.free and each.billed for each in booked)  # a pool's edge
    assert any(len(each.parts) > 1 for each in booked)  # a lot's edge
    assert any(each.flags for each in booked)
    assert organisation.overdraft > 0


def test_pools_show_what_calls_took_and_their_sizes(scenario):
    client, organisation, expected = scenario
    for month in {pool[2] for pool in organisation.used}:
        shown = client.read(f"/pools?month={month}")["items"]
        found = {
            (each["capability"], each["destinations"]): (each["usedSeconds"], each["sizeSeconds"]) for each in shown
        }
        pools = organisation.sizes.items()
        assert found == {pool: (organisation.used.get((*pool, month), 0), size) for pool, size in pools}
        assert {each["usageLocation"] for each in shown if each["destinations"] != "zoneA"} == {"US"}
    assert sum(organisation.used.values()) > 0
    assert expected


def test_balance_and_lots_are_what_is_left(scenario):
    client, organisation, _ = scenario
    shown = client.read()
    left = {lot.id: lot.left for lot in organisation.lots}
    scoped = sum(lot.left for lot in organisation.lots if lot.scope)
    assert shown["balance"] == usd(sum(left.values()))
    assert (shown["scoped"], shown["spendable"]) == (usd(scoped), usd(sum(left.values()) - scoped))
    assert (shown["overdraft"], shown["held"]) == (usd(organisation.overdraft), usd(0))
    lots = client.tenant.all(f"/accounts/{client.account}/lots", 3)
    assert {lot["id"]: lot["remaining"] for lot in lots} == {lot: usd(amount) for lot, amount in left.items()}


def test_a_service_number_has_one_account(scenario, machine):
    client, _, _ = scenario
    taken = {"number": TOLL_FREE, "kind": "tollFree", "use": "callQueue"}
    other = Client(machine)
    assert other.write("POST", "/service-numbers", taken, 409)["code"] == "already_exists"
    call = {"account": other.account, "direction": "in", "service": "callQueue", "called": TOLL_FREE}
    now = client.read()["openedAt"]
    other.send("foreign", {**call, "startedAt": now, "durationSeconds": 60})
    waiting = [(item["event"]["id"], item["reason"]) for item in other.operator.all("/suspense", 100) if item["event"]]
    assert ("foreign", "unknown_payer") in waiting
