"""The first chapters: an account, its first credit, and the standing order."""

from local.demo.expected import money
from local.demo.outside import Json, RefusedError, amount, usd
from local.demo.plan import AMOUNT, TRIGGER
from local.demo.tale import Tale

TOLD = ("ann@contoso.example", "ben@contoso.example")
OPTED_OUT = "eve@contoso.example"
ADMINISTRATORS = [
    {"address": TOLD[0], "roles": ["Billing Administrator"], "locale": "en-US"},
    {"address": TOLD[1], "roles": ["Teams Administrator"], "locale": "en-US"},
    {"address": OPTED_OUT, "roles": ["Helpdesk Administrator"], "optOut": True},
]


def open_account(tale: Tale) -> None:
    """An operator opens the account, its administrators are named."""
    tale.paper.chapter("An account is opened")
    wish = {"account": tale.service.account, "currency": "USD", "country": "US"}
    opened = tale.service.post("/accounts", wish)
    kept = tale.service.change("administrators", ADMINISTRATORS)
    rates = tale.service.get("/rate-cards")["items"][0]["rates"]
    tale.claims.add("rates in the published card", len(tale.card.rates), rates)
    tale.read_balance("at the opening")
    tale.paper.say(
        f"Contoso is account {opened['account']}, in {opened['currency']}. It pays by the rate card"
        f" “{opened['rateCard']}”: {rates} prefixes, each with its price a minute. {len(kept)} administrators are"
        " named; one of them wants no e-mails."
    )


def buy_and_arm(tale: Tale) -> None:
    """A card is stored, 50.00 bought, auto-recharge armed."""
    tale.paper.chapter(f"{money(AMOUNT)} is bought, and auto-recharge armed")
    card = tale.service.post("payment-methods", {"paymentMethod": "pm_card_visa"})
    wish = {"amount": usd(AMOUNT), "paymentMethod": card["id"]}
    bought, again = buy(tale, wish, "first-purchase"), buy(tale, wish, "first-purchase")
    tale.settle()
    tale.claims.add("purchases of one key used twice", 1, len({bought["id"], again["id"]}))
    order = tale.service.change("auto-recharge", {"enabled": True, "trigger": usd(TRIGGER), "amount": usd(AMOUNT)})
    found = tale.read_balance("after the purchase")
    tale.paper.say(
        f"The {card['brand']} card ending in {card['lastFour']} pays {money(amount(bought['amount']))}. The same"
        " request with the same key a second time: the same purchase, and no second charge. The balance is"
        f" {money(amount(found['balance']))}."
    )
    tale.paper.say(
        f"From now on: when the balance is at or below {money(amount(order['trigger']))}, charge"
        f" {money(amount(order['amount']))}."
    )
    tale.show_lots()


def buy(tale: Tale, wish: Json, key: str) -> Json:
    """A purchase that succeeds; the expected books take it once a key."""
    known = {purchase["id"] for purchase in tale.service.all("purchases")}
    purchase = tale.service.post("purchases", wish, key)
    if purchase["state"] != "succeeded":
        raise RefusedError(f"the purchase {key} is {purchase['state']}: {purchase['reason']}")
    if purchase["id"] not in known:
        tale.books.fund("purchase", AMOUNT)
    return purchase
