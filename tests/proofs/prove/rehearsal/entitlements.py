"""Situations about who may buy credit."""

from tests.proofs.prove.rehearsal.environment import Environment
from tests.proofs.prove.rehearsal.organisation import FIFTY, TEN, Organisation
from tests.proofs.prove.rehearsal.waiting import Situation
from tests.tenant import subscription


def exempt_an_account(env: Environment) -> Situation:
    """Auto-recharge is paused, because the organisation's enterprise agreement is billed in another country."""
    organisation = Organisation.open(env)
    abroad = subscription(agreement="enterprise", billingCountry="DE")
    organisation.store_card()
    organisation.enable_auto_recharge(TEN - 1)
    env.client.change(organisation.account, "/subscriptions", {"items": [abroad]})
    organisation.report(organisation.call("call-1", minutes=100))
    env.checks.equal("paused", organisation.recharge["paused"]["reason"], "not_eligible")
    bounds = {"FROM": "2026-01-01T00:00:00Z", "UNTIL": "2099-01-01T00:00:00Z"}
    yield {"ACCOUNT": organisation.account, "TICKET": "T-1047", **bounds}
    env.queue.settle()
    env.checks.equal("the reason is shown", env.outputs[-1].count("billing_region"), 1)
    env.checks.equal("paused afterwards", organisation.recharge["paused"], None)
    env.checks.equal("charged", ("recharge", FIFTY) in organisation.movements, True)
