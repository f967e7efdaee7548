from decimal import Decimal

import pytest

from tests.journeys.customer import Customer
from tests.proofs.prove.http_client import money

CARD = """prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds
44,United Kingdom,mixed,GB,0.02,0.5,30,1
"""


def card_of(customer):
    return f"late-{customer.account[:8]}"


@pytest.fixture
def early(machine, portal, queue):
    """A customer whose rate card is not in force yet."""
    opened = Customer(machine, portal, queue)
    portal.publish_future_version(card_of(opened))
    portal.open(opened.account, rateCard=card_of(opened))
    portal.grant(opened.account, Decimal(10), "PO 1")
    return opened


def waiting(customer):
    return [item for item in customer.portal.suspense() if item["account"] == customer.account]


def replay(customer, item):
    return customer.portal.operate("POST", f"/suspense/{item['id']}/replay").raise_for_status().json()["state"]


def test_calls_wait_in_suspense_and_are_booked_once_when_their_card_is_published(early):
    calls = [early.call("call-1", minutes=1), early.call("call-2", minutes=2)]
    early.report(calls)
    items = waiting(early)
    assert [(item["reason"], item["state"]) for item in items] == [("no_rate", "open")] * 2
    assert replay(early, items[0]) == "open"
    assert early.balance == 10

    path = f"/rate-cards/{card_of(early)}/versions/2020-01-01T00:00:00Z"
    published = early.portal.operate(
        "PUT", path, params={"currency": "USD"}, content=CARD, headers={"Content-Type": "text/csv"}
    )
    assert published.status_code == 201
    assert [replay(early, item) for item in (*items, *items)] == ["replayed"] * 4
    early.report(calls)
    assert waiting(early) == []
    assert early.balance == 10 - Decimal("0.52") - Decimal("0.54")
    first = next(item for item in early.items("/movements") if item["kind"] == "debit")
    assert first["explanation"]["prefix"] == "44"
    assert money(first["explanation"]["connectionFee"]) == Decimal("0.5")
