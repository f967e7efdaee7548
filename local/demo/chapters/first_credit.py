"""The first chapters: an account, its first credit, and auto-recharge."""

from local.demo.clients import amount, usd
from local.demo.context import DemoContext
from local.demo.expected_books import money
from local.demo.plan import AMOUNT, TRIGGER
from local.machine.service_client import Json

NOTIFIED = ("ann@contoso.example", "claire@contoso.example", "ivan@contoso.example", "yuki@contoso.example")
"""One reader of each language of the e-mails."""

OPTED_OUT = "eve@contoso.example"
ADMINISTRATORS = [
    {"address": NOTIFIED[0], "roles": ["Billing Administrator"], "locale": "en-US"},
    {"address": NOTIFIED[1], "roles": ["Teams Administrator"], "locale": "fr-FR", "timeZone": "Europe/Paris"},
    {"address": NOTIFIED[2], "roles": ["Global Administrator"], "locale": "ru-RU", "timeZone": "Europe/Moscow"},
    {"address": NOTIFIED[3], "roles": ["User Administrator"], "locale": "ja-JP", "timeZone": "Asia/Tokyo"},
    {"address": OPTED_OUT, "roles": ["Helpdesk Administrator"], "optOut": True},
]


class PurchaseError(Exception):
    """A purchase that the demo needs did not succeed."""


def open_account(context: DemoContext) -> None:
    """An operator opens the account and names its administrators."""
    context.console.chapter("An account is opened")
    request = {"account": context.service.account, "currency": "USD", "country": "US"}
    opened = context.service.post("/accounts", request)
    stored = context.service.change("administrators", ADMINISTRATORS)
    rates = context.service.get("/rate-cards")["items"][0]["rates"]
    context.claims.add("rates in the published card", len(context.card.rates), rates)
    context.read_balance("at the opening")
    context.console.paragraph(
        f"Contoso is account {opened['account']}, in {opened['currency']}. It pays by the rate card"
        f" “{opened['rateCard']}”: {rates:,} prefixes, each with its price per minute."
        f" {len(stored)} administrators are named. Four read e-mails, each in another language; one has opted out."
    )


def buy_and_switch_on_auto_recharge(context: DemoContext) -> None:
    """A card is stored, 50.00 is bought, and auto-recharge is switched on."""
    context.console.chapter(f"{money(AMOUNT)} is bought, and auto-recharge is switched on")
    card = context.service.post("payment-methods", {"paymentMethod": "pm_card_visa"})
    request = {"amount": usd(AMOUNT), "paymentMethod": card["id"]}
    bought, again = buy(context, request, "first-purchase"), buy(context, request, "first-purchase")
    context.settle()
    context.claims.add("purchases made with one key", 1, len({bought["id"], again["id"]}))
    auto_recharge = context.service.change(
        "auto-recharge", {"enabled": True, "trigger": usd(TRIGGER), "amount": usd(AMOUNT)}
    )
    found = context.read_balance("after the purchase")
    context.console.paragraph(
        f"The {card['brand']} card ending in {card['lastFour']} pays {money(amount(bought['amount']))}. The same"
        " request, sent again with the same key, returns the same purchase and makes no second charge. The balance is"
        f" {money(amount(found['balance']))}."
    )
    context.console.paragraph(
        f"From now on: when the balance is at or below {money(amount(auto_recharge['trigger']))}, charge"
        f" {money(amount(auto_recharge['amount']))}."
    )
    context.show_lots()


def buy(context: DemoContext, request: Json, key: str) -> Json:
    """A purchase that succeeds; the expected books count it once for each key."""
    known = {purchase["id"] for purchase in context.service.all("purchases")}
    purchase = context.service.post("purchases", request, key)
    if purchase["state"] != "succeeded":
        raise PurchaseError(f"the purchase {key} is {purchase['state']}: {purchase['reason']}")
    if purchase["id"] not in known:
        context.books.fund("purchase", AMOUNT)
    return purchase
