"""The e-mail about a card that needs its holder leads to a page that works: with it the holder confirms the card."""

import re
from html import unescape

import httpx

ASKS_UNTIL_SET_UP = "pm_card_authenticationRequiredOnSetup"


def page(address):
    return httpx.get(address, trust_env=False, verify=False)


def link_in_the_last_email(customer):
    every = page(f"{customer.machine.mailbox}/messages").json()
    text = [email["text"] for email in every if customer.administrator in email["to"]][-1]
    (found,) = re.findall(r"http://\S+", text)
    return found


def setups(customer):
    """The account's card setups at the provider, oldest first."""
    every = page(f"{customer.machine.payments}/_control/objects/setups").json()
    return [setup["id"] for setup in every if setup["metadata"].get("account") == customer.account]


def test_the_holder_follows_the_link_and_the_waiting_recharge_is_charged(customer):
    assert customer.post("/payment-methods", {"paymentMethod": ASKS_UNTIL_SET_UP}).status_code == 202
    customer.bank(f"setups/{setups(customer)[0]}/resolve", outcome="succeed")
    [card] = customer.items("/payment-methods")
    customer.bank("outcome", outcome="authentication_required")
    arming = {"enabled": True, "trigger": amount("10"), "amount": amount("50")}
    customer.change("/auto-recharge", arming)
    assert customer.emails == ["Communications Credits: the bank wants you to confirm a card"]
    link = link_in_the_last_email(customer)
    shown = page(link)
    assert (shown.status_code, "Confirm a card with its bank" in shown.text) == (200, True)

    asked = customer.post("/payment-methods", {"paymentMethod": card["id"], "returnUrl": link})
    bank = page(asked.json()["redirectUrl"])
    back = unescape(re.findall(r'data-back="([^"]+)"', bank.text)[0])
    assert back.startswith(f"{link}?setup_intent={setups(customer)[1]}&setup_intent_client_secret=")
    assert page(f"{back}succeeded").text == shown.text
    customer.bank(f"setups/{setups(customer)[1]}/resolve", outcome="succeed")
    assert customer.balance == 50
    assert customer.emails[1:] == ["Communications Credits: recharged with $50.00"]
    assert page(link.removesuffix("/confirm-card")).status_code == 200


def amount(text):
    return {"amount": text, "currency": "USD"}
