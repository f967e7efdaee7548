"""Accounts in yen (no decimals), dinars (three, of which a card takes two) and krónur (none, but Stripe counts two).

Purchase, call, recharge, refund and dispute, with the provider's own units on the wire (R1, R6).
"""

from decimal import Decimal
from typing import NamedTuple

import httpx
import pytest

from local.commands.sample_card import SAMPLE
from shared.kernel.times import instant_text
from tests.journeys.customer import A_MINUTE
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.http_client import money


class Currency(NamedTuple):
    """What is bought, and the provider's number for it; the same of a part, and of the rest that can be refunded after
    that part and a minute's call; and the recharge in an e-mail.
    """

    code: str
    bought: str
    units: int
    part: str
    part_units: int
    rest: str
    rest_units: int
    email: str


CURRENCIES = [
    Currency("JPY", "7500", 7_500, "1001", 1_001, "6498", 6_498, "¥22,500"),
    Currency("KWD", "12.340", 12_340, "2.340", 2_340, "9.98", 9_980, "KWD\u00a024.680"),
    Currency("BHD", "12.340", 12_340, "2.340", 2_340, "9.98", 9_980, "BHD\u00a024.680"),
    Currency("ISK", "8000", 800_000, "1001", 100_100, "6998", 699_800, "ISK\u00a024,000"),
]


@pytest.fixture(scope="module", params=CURRENCIES, ids=lambda currency: currency.code)
def currency(request):
    return request.param


@pytest.fixture(scope="module")
def card(currency, portal):
    """The sample of a rate card, published in the currency."""
    name = f"sample-{currency.code}"
    published = portal.operate(
        "PUT",
        f"/rate-cards/{name}/versions/2020-01-01T00:00:00Z",
        params={"currency": currency.code},
        content=SAMPLE.read_bytes(),
        headers={"Content-Type": "text/csv"},
    )
    assert published.status_code == 201, published.text
    return name


@pytest.fixture
def foreign(customer, currency, card, portal):
    """The customer's organisation again, in another currency, with a stored card and fifty minutes to London."""
    portal.operate("DELETE", f"/accounts/{customer.account}").raise_for_status()
    portal.open(customer.account, currency=currency.code, rateCard=card)
    customer.change("/administrators", [{"address": customer.administrator, "roles": ["billing"]}])
    customer.post("/payment-methods", {"paymentMethod": "pm_card_visa"}).raise_for_status()
    return customer


def in_its(currency, amount):
    return {"amount": amount, "currency": currency.code}


def bought(customer, currency, key="first"):
    answer = customer.post("/purchases", {"amount": in_its(currency, currency.bought)}, key).raise_for_status().json()
    assert answer["state"] == "succeeded", answer
    return answer["lot"]


def on_the_wire(customer, kind="payments"):
    """Amount and currency of the account's payments, refunds or disputes at the provider, oldest first."""
    address = f"{customer.machine.payments}/_control"
    payments = httpx.get(f"{address}/payments", trust_env=False, verify=False).json()
    own = [payment for payment in reversed(payments) if payment["metadata"].get("account") == customer.account]
    if kind == "payments":
        return [(payment["amount"], payment["currency"]) for payment in own]
    every = httpx.get(f"{address}/objects/{kind}", trust_env=False, verify=False).json()
    names = {payment["id"] for payment in own}
    return [(each["amount"], each["currency"]) for each in every if each["payment_intent"] in names]


def a_call(customer):
    """A call of one minute that began after the purchase."""
    customer.report(customer.call("call-1", startedAt=instant_text(customer.machine.now())))


def findings(customer):
    return [str(finding) for finding in audited(customer.machine, customer.account)]


def test_what_is_bought_is_what_the_card_is_charged(foreign, currency):
    bought(foreign, currency)
    assert on_the_wire(foreign) == [(currency.units, currency.code.lower())]
    assert foreign.get()["balance"] == in_its(currency, f"{Decimal(currency.bought):.6f}")
    assert findings(foreign) == []


def test_auto_recharge_closes_the_gap_in_whole_units(foreign, currency):
    trigger = str(int(Decimal(currency.bought) * 2))
    body = {"enabled": True, "trigger": in_its(currency, trigger), "amount": in_its(currency, currency.bought)}
    foreign.change("/auto-recharge", body)
    times = 2 if Decimal(trigger) < 2 * Decimal(currency.bought) else 3
    assert on_the_wire(foreign) == [(times * currency.units, currency.code.lower())]
    assert foreign.balance == times * Decimal(currency.bought)
    assert foreign.emails == [f"Communications Credits: recharged with {currency.email}"]
    assert findings(foreign) == []


def test_a_part_and_then_the_unspent_rest_go_back_to_the_card(foreign, currency):
    lot = bought(foreign, currency)
    part = foreign.post("/refunds", {"lot": lot, "amount": in_its(currency, currency.part)}, "part").json()
    assert (part["state"], part["amount"]) == ("succeeded", in_its(currency, f"{Decimal(currency.part):.6f}"))
    a_call(foreign)
    rest = foreign.post("/refunds", {"lot": lot}, "rest").json()
    assert (rest["state"], rest["amount"]) == ("succeeded", in_its(currency, f"{Decimal(currency.rest):.6f}"))
    assert on_the_wire(foreign, "refunds") == [
        (currency.part_units, currency.code.lower()),
        (currency.rest_units, currency.code.lower()),
    ]
    left = Decimal(currency.bought) - A_MINUTE - Decimal(currency.part) - Decimal(currency.rest)
    assert foreign.balance == left
    none = foreign.post("/refunds", {"lot": lot}, "nothing is left")
    assert (none.status_code, none.json()["code"]) == (409, "lot_spent")
    assert findings(foreign) == []


def test_a_part_is_disputed_and_the_dispute_is_won_or_lost(foreign, currency):
    is_won = currency.code in {"JPY", "BHD"}
    bought(foreign, currency)
    a_call(foreign)
    payments = httpx.get(f"{foreign.machine.payments}/_control/payments", trust_env=False, verify=False).json()
    payment = next(each["id"] for each in payments if each["metadata"].get("account") == foreign.account)
    foreign.bank(f"payments/{payment}/dispute", kind="fraudulent", amount=currency.part_units)
    [(kind, amount)] = foreign.movements[2:]
    assert (kind, amount) == ("chargeback", -Decimal(currency.part))
    disputes = httpx.get(f"{foreign.machine.payments}/_control/objects/disputes", trust_env=False, verify=False).json()
    [dispute] = [each["id"] for each in disputes if each["payment_intent"] == payment]
    foreign.bank(f"disputes/{dispute}/evidence", text="winning_evidence" if is_won else "losing_evidence")
    assert on_the_wire(foreign, "disputes") == [(currency.part_units, currency.code.lower())]
    left = Decimal(currency.bought) - A_MINUTE - (0 if is_won else Decimal(currency.part))
    assert sum(money(lot["remaining"]) for lot in foreign.items("/lots")) == left
    assert findings(foreign) == []
