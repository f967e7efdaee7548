"""`credits refund`."""

import httpx
import pytest

UNKNOWN = "00000000-0000-4000-8000-00000000dead"
REQUESTED_BEFORE = "; it was requested before: a further one needs a --reference of its own\n"


def bought_lot(customer, card="pm_card_visa"):
    """The lot of a purchase of 50 dollars."""
    return customer.buy("50", "purchase", card).raise_for_status().json()["lot"]


def at_the_provider(customer):
    """The provider's refunds that the service has made for the account."""
    refunds = httpx.get(f"{customer.machine.payments}/_control/objects/refunds", trust_env=False, verify=False).json()
    return [refund for refund in refunds if refund["metadata"].get("account") == customer.account]


def refunded(customer):
    """What went back to the account's cards, in cents."""
    return [refund["amount"] for refund in at_the_provider(customer)]


def test_what_is_unspent_of_a_lot_goes_back_to_its_card(run, customer):
    lot = bought_lot(customer)
    assert f"lot\t50.000000\t{lot}, purchase, until " in run("account", "show", customer.account).out
    done = run("refund", customer.account, lot)
    assert done.code == 0, done.err
    [refund] = customer.items("/refunds")
    assert done.out == f"refund {refund['id']} of 50.000000 USD is succeeded\n"
    assert (refunded(customer), customer.balance) == ([5_000], 10)


def test_a_repeated_command_makes_no_second_refund_and_says_so(run, customer):
    lot = bought_lot(customer)
    first = run("refund", customer.account, lot, "--amount", "20")
    again = run("refund", customer.account, lot, "--amount", "20.00")
    assert (first.code, again.code) == (0, 0)
    assert again.out == first.out.replace("\n", REQUESTED_BEFORE)
    assert refunded(customer) == [2_000]
    further = run("refund", customer.account, lot, "--amount", "20", "--reference", "ticket 7", "--json").value
    assert (further["state"], refunded(customer)) == ("succeeded", [2_000, 2_000])
    assert run("refund", customer.account, lot, "--json").value["amount"]["amount"] == "10.000000"


@pytest.mark.parametrize(
    ("card", "states", "code"),
    [
        ("pm_card_pendingRefund", ("pending", "succeeded"), 0),
        ("pm_card_refundFail", ("succeeded", "failed (expired_or_canceled_card)"), 1),
    ],
)
def test_a_repeated_command_shows_how_the_refund_stands(run, customer, card, states, code):
    lot, (first, later) = bought_lot(customer, card), states
    done = run("refund", customer.account, lot)
    assert (done.code, done.out.split(" is ")[1]) == (0, f"{first}\n")
    *_, summary = run("account", "refunds", customer.account).out.splitlines()
    assert summary == ("1 refund, 1 of them pending" if first == "pending" else "1 refund")
    [refund] = at_the_provider(customer)
    customer.bank(f"refunds/{refund['id']}/settle")
    done = run("refund", customer.account, lot)
    assert (done.code, done.out.split(" is ")[1]) == (code, f"{later}{REQUESTED_BEFORE}")
    _, row, summary = run("account", "refunds", customer.account).out.splitlines()
    assert row.split("\t")[2:] == [lot, "50.000000", "USD", later]
    assert summary == "1 refund"


def test_a_dispute_shows_in_the_state_of_auto_recharge(run, customer):
    customer.arm("5", "50")
    bought_lot(customer, "pm_card_createDispute")
    since = customer.get("/auto-recharge")["paused"]["since"]
    assert run("recharge", "show", customer.account).out == (
        f"auto-recharge is on, paused since {since} (dispute); the recharge is idle\n"
    )


def test_what_cannot_be_refunded_is_refused(run, customer):
    [granted] = [lot["id"] for lot in customer.items("/lots")]
    for arguments, error in (
        ((UNKNOWN, granted), "there is no such account"),
        ((customer.account, "x"), "there is no such lot"),
        ((customer.account, granted), "only credit that was paid by card is refunded"),
        ((customer.account, bought_lot(customer), "--amount", "50.01"), "50.000000 USD of the lot can be refunded"),
    ):
        done = run("refund", *arguments)
        assert (done.code, done.out, done.err.splitlines()[0]) == (1, "", f"credits: {error}")
    assert run("refund", customer.account, granted, "--amount", "0").code == 2
    assert refunded(customer) == []
