"""The sample organisation: what it has bought, who works there, and what happens to it in certain weeks."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from local.demo.clients import StandIns
from local.machine.service_client import Json, ServiceClient
from shared.kernel.times import instant_text, parse_instant

ACCOUNT = "c0472050-0000-4000-8000-00000000c001"
NAME, CURRENCY = "Contoso", "USD"

USERS = (
    "adele.vance",
    "alex.wilber",
    "diego.siciliani",
    "grady.archie",
    "isaiah.langer",
    "lynne.robbins",
    "megan.bowen",
)

ADMINISTRATORS = [
    {
        "address": "megan@contoso.example",
        "roles": ["billing", "global"],
        "locale": "en-US",
        "timeZone": "America/New_York",
    },
    {"address": "aiko@contoso.example", "roles": ["teamsCommunications"], "locale": "ja", "timeZone": "Asia/Tokyo"},
    {"address": "ivan@contoso.example", "roles": ["license"], "locale": "ru", "timeZone": "Europe/Moscow"},
    {"address": "chloe@contoso.example", "roles": ["helpdesk"], "locale": "fr", "timeZone": "Europe/Paris"},
]
BOUGHT = {"usageLocation": "US", "channel": "direct", "agreement": "web", "from": "2026-01-01T00:00:00Z"}
SUBSCRIPTIONS = {
    "items": [
        {**BOUGHT, "id": "calling-plan", "plan": "MCOPSTN1", "licences": len(USERS)},
        {**BOUGHT, "id": "audio-conferencing", "plan": "MCOMEETADD", "licences": len(USERS)},
    ]
}
NUMBERS = (
    {"number": "+18005550142", "kind": "tollFree", "use": "callQueue"},
    {"number": "+14255550177", "kind": "toll", "use": "conference"},
)
PROMOTION, NEAR = timedelta(days=90), timedelta(days=40)
FIRST_CARD, SECOND_CARD = "pm_card_visa", "pm_card_mastercard"


def _money(amount: str) -> Json:
    return {"amount": amount, "currency": CURRENCY}


def open_organisation(service: ServiceClient) -> None:
    """Open the account, record what the organisation has, and buy credit for the first time."""
    service.post("/accounts", {"account": service.account, "name": NAME, "currency": CURRENCY, "country": "US"})
    service.change("administrators", ADMINISTRATORS)
    service.change("subscriptions", SUBSCRIPTIONS)
    for user in USERS:
        service.put(f"licences/{user}", {"communicationsCredits": True, "plan": "MCOPSTN1", "usageLocation": "US"})
    for number in NUMBERS:
        service.post("service-numbers", dict(number))
    service.post("payment-methods", {"paymentMethod": FIRST_CARD})
    _buy(service, "150")
    service.change("brake", {"enabled": True, "sensitivity": 0.5, "perUserPerHour": _money("40")})
    recharge = {"enabled": True, "trigger": _money("25"), "amount": _money("75"), "monthlyCap": _money("400")}
    service.change("auto-recharge", recharge)


def _buy(service: ServiceClient, amount: str) -> None:
    card = service.get("payment-methods")["items"][0]["id"]
    service.post("purchases", {"amount": _money(amount), "paymentMethod": card}, str(uuid4()))


def _grants(service: ServiceClient, _: StandIns) -> None:
    """A promotion that may pay for premium-rate calls only, so that most of it lapses."""
    ends = parse_instant(service.get("balance")["at"]) + PROMOTION
    grant = {"amount": _money("30"), "reference": "winter promotion", "kind": "promotional", "scope": ["premium"]}
    service.post("grants", {**grant, "expiresAt": instant_text(ends)}, str(uuid4()))


def _is_declined_once(_: ServiceClient, stand_ins: StandIns) -> None:
    """The bank declines the next recharge; an hour later it is tried again."""
    stand_ins.set_next_outcome("insufficient_funds")


def _buys_too_much(service: ServiceClient, _: StandIns) -> None:
    """More credit than the organisation needs at the time."""
    _buy(service, "300")


def _gives_back(service: ServiceClient, _: StandIns) -> None:
    """Part of it goes back to the card."""
    lots = [lot for lot in service.all("lots") if lot["source"] == "purchase" and lot["state"] == "open"]
    service.post("refunds", {"lot": lots[-1]["id"], "amount": _money("80")}, str(uuid4()))


def _is_given_credit(service: ServiceClient, _: StandIns) -> None:
    """Credit that expires soon: at the usual rate of calls a part of it will not be used."""
    ends = parse_instant(service.get("balance")["at"]) + NEAR
    grant = {"amount": _money("90"), "reference": "service credit", "kind": "promotional"}
    service.post("grants", {**grant, "expiresAt": instant_text(ends)}, str(uuid4()))


def _stores_second_card(service: ServiceClient, _: StandIns) -> None:
    service.post("payment-methods", {"paymentMethod": SECOND_CARD})


AFTER_WEEKS: dict[int, Callable[[ServiceClient, StandIns], None]] = {
    6: _grants,
    18: _is_declined_once,
    24: _stores_second_card,
    44: _buys_too_much,
    46: _gives_back,
    51: _is_given_credit,
}
"""What happens after these weeks."""
