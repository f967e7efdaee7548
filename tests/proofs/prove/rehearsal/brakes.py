"""The situation of a fraud brake that has braked."""

from decimal import Decimal

from tests.proofs.prove.http_client import usd
from tests.proofs.prove.rehearsal.environment import Environment
from tests.proofs.prove.rehearsal.organisation import FIFTY, Organisation
from tests.proofs.prove.rehearsal.waiting import Situation


def brakes(env: Environment) -> Situation:
    """A user has cost more in an hour than an administrator allows."""
    organisation = Organisation.open(env, FIFTY)
    settings = {"enabled": True, "perUserPerHour": usd(Decimal("0.02")), "sensitivity": 0.5}
    env.client.change(organisation.account, "/brake", settings)
    organisation.report(organisation.call("call-1"), organisation.call("call-2"))
    yield {"ACCOUNT": organisation.account}
    env.checks.equal("who is stopped", env.outputs[-1].count("user ann cost 0.024000"), 1)
    yield {"ACCOUNT": organisation.account}
    env.checks.equal("the brake after its release", env.outputs[-1].count("the brake is watching"), 1)
    organisation.report(organisation.call("late"))
    found = env.client.tenant("GET", organisation.account, "/brake").raise_for_status().json()
    env.checks.equal("state after late usage", found["state"], "watching")
