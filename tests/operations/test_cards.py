"""`credits cards`."""

import httpx
import pytest

from operations.actions.cards import card_state

UNKNOWN = "00000000-0000-4000-8000-00000000dead"


def test_an_account_without_cards_has_none(run, customer):
    done = run("cards", "list", customer.account)
    assert (done.code, done.out) == (0, "0 stored cards\n")


def test_stored_cards_are_listed_and_removed(run, customer):
    customer.post("/payment-methods", {"paymentMethod": "pm_card_visa"})
    header, row, summary = run("cards", "list", customer.account).out.splitlines()
    card, *facts = row.split("\t")
    assert (header.split("\t")[0], summary) == ("card", "1 stored card")
    assert (facts[:3], facts[-1]) == (["1", "visa", "4242"], "usable")
    assert run("cards", "remove", customer.account, card, "--json").value == {"id": card}
    shown = httpx.get(f"{customer.machine.payments}/_control/cards", trust_env=False, verify=False).json()
    assert next(each for each in shown if each["id"] == card)["customer"] is None
    assert run("cards", "remove", customer.account, card, "--json").value["error"] == "not_found"


@pytest.mark.parametrize("command", [("list", UNKNOWN), ("remove", UNKNOWN, "pm_1")])
def test_an_unknown_account_is_refused(run, command):
    done = run("cards", *command)
    assert (done.code, done.err) == (1, "credits: there is no such account\n")


@pytest.mark.parametrize(
    ("refused", "needs", "state"),
    [(True, True, "refused by its bank"), (False, True, "needs its holder"), (False, False, "usable")],
)
def test_the_state_says_whether_a_card_can_be_charged(refused, needs, state):
    assert card_state({"refused": refused, "needsHolder": needs}) == state
