"""Situations about money: failed recharges, payment differences, grants, rate cards, a region outage."""

from decimal import Decimal

import httpx

from local.commands.sample_card import SAMPLE
from shared.kernel.ids import AccountId
from shared.settings import read_settings
from shared.use_cases.payments.payment_owner import RECHARGE, payment_metadata
from tests.proofs.prove.http_client import usd
from tests.proofs.prove.provider_changes import payment
from tests.proofs.prove.rehearsal.environment import Environment
from tests.proofs.prove.rehearsal.organisation import (
    COST_OF_A_MINUTE,
    FIFTY,
    TEN,
    Organisation,
    control_payments,
    new_card_name,
)
from tests.proofs.prove.rehearsal.waiting import Situation

TWO_HUNDRED_AND_FIFTY = Decimal(250)


def recharges_fail(env: Environment) -> Situation:
    """One declined recharge that the bank would now accept, and one whose only card is lost."""
    soft, lost = Organisation.open(env), Organisation.open(env)
    soft.decline_recharge("insufficient_funds")
    lost.decline_recharge("lost_card")
    yield {"ACCOUNT": soft.account}
    env.checks.equal("the decline is shown", env.outputs[-1].count("declined (insufficient_funds), next try"), 1)
    yield {"ACCOUNT": soft.account}
    env.checks.equal("movements", soft.movements, [("grant", TEN), ("recharge", FIFTY)])
    env.checks.equal("payments", soft.payments, [("succeeded", 1)])
    yield {"ACCOUNT": lost.account}
    env.checks.equal("slot of the cancelled recharge", lost.recharge["slot"], "idle")
    env.checks.equal("its payment", lost.payments, [("canceled", 0)])


def reconciliation_differs(env: Environment) -> Situation:
    """The provider charged a card, and its webhook was lost."""
    organisation = Organisation.open(env)
    _charge_without_webhook(env, organisation, "77")
    yield {}
    first, second = [line for line in env.outputs[-1].splitlines() if line.endswith(" in 3 days")]
    env.checks.equal("differences", (first, second), ("1 difference in 3 days", "0 differences in 3 days"))
    env.checks.equal("movements", organisation.movements, [("grant", TEN), ("recharge", Decimal(70))])


def webhooks_rejected(env: Environment) -> Situation:
    """The provider charged a card, and its webhook is signed with another secret."""
    organisation = Organisation.open(env)
    paid = _charge_without_webhook(env, organisation, "79")
    news = {"object": "event", "type": "payment_intent.succeeded", "data": {"object": {"id": paid}}}
    address, signed = f"{env.machine.http}/api/v1/webhooks/stripe", {"Stripe-Signature": "t=1,v1=00"}
    answer = httpx.post(address, json=news, headers=signed, trust_env=False, verify=False)
    env.checks.equal("status of the webhook", answer.status_code, 400)
    env.checks.equal("movements before", organisation.kinds, ["grant"])
    yield {}
    env.checks.equal("movements", organisation.movements, [("grant", TEN), ("recharge", Decimal(70))])


def server_errors(env: Environment) -> Situation:
    """The block works while no host runs, because it uses the storage directly."""
    with env.host_stopped():
        yield {}
    env.checks.equal("the card is listed", env.outputs[-1].count("default\t2020-01-01T00:00:00Z\tUSD"), 1)


def publish_a_card(env: Environment) -> Situation:
    """A card with a new name."""
    card = new_card_name(env)
    yield {"FILE": str(SAMPLE), "CARD": card, "VALID_FROM": "2027-01-01T00:00:00Z"}
    outcomes = [line.rpartition(": ")[2] for line in env.outputs[-1].splitlines() if card in line]
    changes = "432 added, 0 removed, 0 dearer, 0 cheaper"
    env.checks.equal(
        "outcomes of trial run and publication",
        outcomes[:2],
        [f"checked only, nothing was published; {changes}", "published"],
    )
    found = env.client.operate("GET", "/rate-cards", params={"limit": 1000}).raise_for_status().json()["items"]
    env.checks.equal(
        "versions", [each["validFrom"] for each in found if each["card"] == card], ["2027-01-01T00:00:00Z"]
    )


def grant_funds(env: Environment) -> Situation:
    """A grant for an invoice that was paid elsewhere."""
    organisation = Organisation.open(env)
    yield {"ACCOUNT": organisation.account, "REFERENCE": "invoice 2027-0042"}
    env.checks.equal("movements", organisation.movements, [("grant", TEN), ("grant", TWO_HUNDRED_AND_FIFTY)])
    [lot] = [lot for lot in env.client.items(organisation.account, "/lots") if lot["reference"] == "invoice 2027-0042"]
    env.checks.equal("the lot", lot["original"], usd(TWO_HUNDRED_AND_FIFTY))


def region_outage(env: Environment) -> Situation:
    """All usage is sent again, and a payment's webhook was lost with the region."""
    organisation = Organisation.open(env)
    organisation.report(organisation.call("call-1"), organisation.call("call-2"))
    _charge_without_webhook(env, organisation, "78")
    organisation.report(organisation.call("call-1"), organisation.call("call-2"), organisation.call("call-3"))
    yield {}
    env.checks.equal("balance", organisation.balance, TEN + Decimal(70) - 3 * COST_OF_A_MINUTE)
    env.checks.equal("movements", sorted(organisation.kinds), ["debit"] * 3 + ["grant", "recharge"])


def _charge_without_webhook(env: Environment, organisation: Organisation, reference: str) -> str:
    """Make a successful payment of the service whose webhooks are lost; return its id."""
    control_payments(env, "webhooks", mode="drop")
    deployment = read_settings(env.machine.settings).payments_deployment
    metadata = payment_metadata(AccountId(organisation.account), RECHARGE, reference, deployment)
    paid = payment(env.machine, metadata)
    control_payments(env, "webhooks", mode="normal")
    return paid
