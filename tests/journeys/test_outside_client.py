import base64
import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.journeys.outside_client import Api, StorageQueue

CALLS = 600
MICRO = Decimal("0.000001")
CARD = {  # prefix: price a minute, connection fee, minimum and increment in seconds
    "1": ("0.0133", "0", 60, 60),
    "1900": ("2.5", "1.25", 60, 60),
    "33": ("0.017", "0.05", 1, 1),
    "336": ("0.0891", "0", 30, 6),
    "81": ("0.1", "0", 0, 1),
}
UNBOOKABLE: dict[str, dict[str, object]] = {
    "no_rate": {"called": "+4912345678"},
    "masked_number": {"called": "+1********"},
    "too_long": {"durationSeconds": 90_000},
    "invalid_field": {"direction": "up"},
    "before_account": {"startedAt": "2001-01-01T00:00:00Z"},
    "in_the_future": {"startedAt": "2999-01-01T00:00:00Z"},
    "unknown_account": {"account": "00000000-0000-4000-8000-0000000000aa"},
}


def price(called, seconds):
    """The price of a call (CONTRACT 1)."""
    if seconds == 0:
        return Decimal(0)
    digits = called.removeprefix("+")
    prefix = max((prefix for prefix in CARD if digits.startswith(prefix)), key=len)
    per_minute, fee, minimum, increment = CARD[prefix]
    billed = -(-max(seconds, minimum) // increment) * increment
    return (Decimal(fee) + Decimal(per_minute) * billed / 60).quantize(MICRO, ROUND_HALF_UP)


def usd(amount):
    return {"amount": f"{amount:.6f}", "currency": "USD"}


class Scenario:
    """The usage that this client sends, and the expected bookings."""

    def __init__(self, account, tenant, operator, now):
        self.account, self.tenant, self.operator, self.now = account, tenant, operator, now
        self.rng = random.Random(7)
        self.events: list[dict[str, object]] = []
        self.prices: dict[str, Decimal] = {}
        self.reasons: dict[str, str] = {}
        for number in range(CALLS):
            self._good(f"call-{number}")
        for reason, flaw in UNBOOKABLE.items():
            self._add(f"bad-{reason}", **{"called": "+81312345678", "durationSeconds": 60, **flaw})
            self.reasons[f"bad-{reason}"] = reason
        # The grants are smaller than the cost of the calls, so the rest must become overdraft.
        self.total = sum(self.prices.values(), Decimal())
        self.paid, self.promotional = self.total - 100, Decimal(20)

    def _good(self, name):
        called = self.rng.choice(("+14255550101", "+19005550101", "+33123456789", "+33612345678", "+81312345678"))
        seconds = self.rng.choice((0, 1, 29, 30, 31, 59, 60, 61, self.rng.randint(62, 7200)))
        free = self.rng.random() < 0.05
        self._add(name, called="911" if free else called, durationSeconds=seconds)
        self.prices[name] = Decimal(0) if free else price(called, seconds)

    def _add(self, name, **data):
        offset = self.rng.choice(("+00:00", "-07:00", "+05:30"))
        started = self.now - timedelta(hours=self.rng.randint(24, 240))
        call = {
            "account": self.account,
            "direction": "out",
            "service": "conference",
            "startedAt": started.strftime("%Y-%m-%dT%H:%M:%S") + offset,
            **data,
        }
        event = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": "urn:outside", "id": name}
        self.events.append({**event, "data": call})

    def messages(self):
        """Each event one to three times, in random order, single or batched, plain or base64."""
        sent = [event for event in self.events for _ in range(self.rng.randint(1, 3))]
        self.rng.shuffle(sent)
        while sent:
            size = self.rng.choice((1, self.rng.randint(2, 25)))
            batch, sent = sent[:size], sent[size:]
            text = json.dumps(batch if size > 1 else batch[0])
            yield self.rng.choice((text, base64.b64encode(text.encode()).decode()))


@pytest.fixture(scope="module")
def scenario(machine):
    """The scenario after the service has processed it, with the tenant's and the operator's clients."""
    account = str(uuid.uuid4())
    operator = Api(machine.http, machine.token(account, "Credits.Read", "Credits.Operate"))
    tenant = Api(machine.http, machine.token(account, "Credits.Read", "Credits.Manage"))
    card = f"outside-{account[:8]}"
    header = "prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds"
    lines = [f"{prefix},Somewhere,any,ZZ,{','.join(map(str, rate))}" for prefix, rate in CARD.items()]
    path = f"/rate-cards/{card}/versions/2020-01-01T00:00:00Z?currency=USD"
    assert operator.ask("PUT", path, "\n".join([header, *lines]))[0] == 201
    opened = {"account": account, "currency": "USD", "country": "US", "rateCard": card}
    status, shown = operator.ask("POST", "/accounts", opened)
    assert status == 201
    scenario = Scenario(account, tenant, operator, datetime.fromisoformat(shown["openedAt"]).astimezone(UTC))
    _grant(scenario, "paid", scenario.paid)
    _grant(scenario, "promotional", scenario.promotional)
    queue = StorageQueue(machine.storage, "usage")
    for text in scenario.messages():
        queue.put(text)
    queue.until_empty(60)
    return scenario


def _grant(scenario, kind, amount):
    name = f"{kind} {amount}"
    body = {"amount": usd(amount), "reference": name, "kind": kind}
    status, answer = scenario.operator.ask("POST", f"/accounts/{scenario.account}/grants", body, Idempotency_Key=name)
    assert status == 201, answer
    return answer


def test_every_call_is_one_debit_at_its_price(scenario):
    movements = scenario.tenant.all(f"/accounts/{scenario.account}/movements", 97)
    debits = [item for item in movements if item["kind"] == "debit"]
    assert len(debits) == CALLS
    assert {item["event"]["id"]: -Decimal(item["amount"]["amount"]) for item in debits} == scenario.prices
    assert [item["id"] for item in movements] == sorted({item["id"] for item in movements})


def test_unbookable_usage_is_in_suspense_once_with_its_reason(scenario):
    items = scenario.operator.all("/suspense", 10)
    own = [(item["event"]["id"], item["reason"]) for item in items if item["event"]["source"] == "urn:outside"]
    assert sorted(own) == sorted(scenario.reasons.items())


def test_lots_are_spent_to_zero_and_overdraft_is_settled_by_new_funds(scenario):
    path = f"/accounts/{scenario.account}"
    owed = scenario.total - scenario.paid - scenario.promotional
    _, shown = scenario.tenant.ask("GET", path)
    assert (shown["balance"], shown["overdraft"], shown["spendable"]) == (usd(0), usd(owed), usd(0))
    assert [item["state"] for item in scenario.tenant.all(f"{path}/lots", 1)] == ["spent", "spent"]

    lot = _grant(scenario, "paid", Decimal(100))
    _, shown = scenario.tenant.ask("GET", path)
    assert (shown["balance"], shown["overdraft"]) == (usd(100 - owed), usd(0))
    *_, last = scenario.tenant.all(f"{path}/lots", 2)
    assert (last["id"], last["original"], last["remaining"]) == (lot["id"], usd(100), usd(100 - owed))


def test_the_sum_of_all_movements_is_the_balance(scenario):
    path = f"/accounts/{scenario.account}"
    amounts = [Decimal(item["amount"]["amount"]) for item in scenario.tenant.all(f"{path}/movements", 1000)]
    _, shown = scenario.tenant.ask("GET", path)
    assert usd(sum(amounts)) == usd(Decimal(shown["balance"]["amount"]) - Decimal(shown["overdraft"]["amount"]))
