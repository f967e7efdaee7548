"""Situations about money: recharges that fail, payments that differ, funds granted, a card published, a region lost."""

from decimal import Decimal

import httpx

from local.commands.sample_card import SAMPLE
from shared.kernel.ids import AccountId
from shared.settings import read_settings
from shared.use_cases.payments.payment_owner import RECHARGE, payment_metadata
from tests.proofs.prove.http_client import usd
from tests.proofs.prove.provider_changes import payment
from tests.proofs.prove.rehearsal.environment import Stage
from tests.proofs.prove.rehearsal.organisation import A_MINUTE, FIFTY, TEN, Organisation, a_card_name, bank
from tests.proofs.prove.rehearsal.waiting import Situation

TWO_HUNDRED_AND_FIFTY = Decimal(250)


def recharges_fail(stage: Stage) -> Situation:
    """One recharge that the bank would now let pass, and one whose only card is lost."""
    soft, lost = Organisation.open(stage), Organisation.open(stage)
    soft.decline("insufficient_funds")
    lost.decline("lost_card")
    yield {"ACCOUNT": soft.account}
    stage.evidence.same("words", stage.said[-1].count("declined (insufficient_funds), next try"), 1)
    yield {"ACCOUNT": soft.account}
    stage.evidence.same("movements", soft.movements, [("grant", TEN), ("recharge", FIFTY)])
    stage.evidence.same("payments", soft.payments, [("succeeded", 1)])
    yield {"ACCOUNT": lost.account}
    stage.evidence.same("the recharge that was given up", lost.recharge["slot"], "idle")
    stage.evidence.same("its payment", lost.payments, [("canceled", 0)])


def reconciliation_differs(stage: Stage) -> Situation:
    """The provider took money, and its news was lost."""
    people = Organisation.open(stage)
    _charged_unheard(stage, people, "77")
    yield {}
    first, second = [line for line in stage.said[-1].splitlines() if line.endswith(" in 3 days")]
    stage.evidence.same("differences", (first, second), ("1 difference in 3 days", "0 differences in 3 days"))
    stage.evidence.same("movements", people.movements, [("grant", TEN), ("recharge", Decimal(70))])


def webhooks_rejected(stage: Stage) -> Situation:
    """The provider took money, and its news is signed with another secret."""
    people = Organisation.open(stage)
    paid = _charged_unheard(stage, people, "79")
    news = {"object": "event", "type": "payment_intent.succeeded", "data": {"object": {"id": paid}}}
    address, signed = f"{stage.machine.http}/api/v1/webhooks/stripe", {"Stripe-Signature": "t=1,v1=00"}
    answer = httpx.post(address, json=news, headers=signed, trust_env=False, verify=False)
    stage.evidence.same("what the news is answered with", answer.status_code, 400)
    stage.evidence.same("movements before", people.kinds, ["grant"])
    yield {}
    stage.evidence.same("movements", people.movements, [("grant", TEN), ("recharge", Decimal(70))])


def server_errors(stage: Stage) -> Situation:
    """The storage answers, also when no host does."""
    with stage.host_away():
        yield {}
    stage.evidence.same("the card is listed", stage.said[-1].count("default\t2020-01-01T00:00:00Z\tUSD"), 1)


def publish_a_card(stage: Stage) -> Situation:
    """A card of another name."""
    card = a_card_name(stage)
    yield {"FILE": str(SAMPLE), "CARD": card, "VALID_FROM": "2027-01-01T00:00:00Z"}
    words = [line.rpartition(": ")[2] for line in stage.said[-1].splitlines() if card in line]
    stage.evidence.same("tried, published, listed", words[:2], ["checked only, nothing was published", "published"])
    found = stage.portal.operate("GET", "/rate-cards", params={"limit": 1000}).raise_for_status().json()["items"]
    stage.evidence.same(
        "versions", [each["validFrom"] for each in found if each["card"] == card], ["2027-01-01T00:00:00Z"]
    )


def grant_funds(stage: Stage) -> Situation:
    """Money that was paid outside."""
    people = Organisation.open(stage)
    yield {"ACCOUNT": people.account, "REFERENCE": "invoice 2027-0042"}
    stage.evidence.same("movements", people.movements, [("grant", TEN), ("grant", TWO_HUNDRED_AND_FIFTY)])
    [lot] = [lot for lot in stage.portal.items(people.account, "/lots") if lot["reference"] == "invoice 2027-0042"]
    stage.evidence.same("the lot", lot["original"], usd(TWO_HUNDRED_AND_FIFTY))


def region_outage(stage: Stage) -> Situation:
    """All usage is sent again, and the news of a payment was lost with the region."""
    people = Organisation.open(stage)
    people.report(people.call("call-1"), people.call("call-2"))
    _charged_unheard(stage, people, "78")
    people.report(people.call("call-1"), people.call("call-2"), people.call("call-3"))
    yield {}
    stage.evidence.same("balance", people.balance, TEN + Decimal(70) - 3 * A_MINUTE)
    stage.evidence.same("movements", sorted(people.kinds), ["debit"] * 3 + ["grant", "recharge"])


def _charged_unheard(stage: Stage, people: Organisation, reference: str) -> str:
    """The id of a payment of the service's own that succeeded, and whose webhooks are lost."""
    bank(stage, "webhooks", mode="drop")
    metadata = payment_metadata(
        AccountId(people.account), RECHARGE, reference, read_settings(stage.machine.settings).payments_deployment
    )
    paid = payment(stage.machine, metadata)
    bank(stage, "webhooks", mode="normal")
    return paid
