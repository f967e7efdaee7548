"""Situations with calls in progress."""

import json
from decimal import Decimal

from tests.proofs.prove.rehearsal.environment import Environment
from tests.proofs.prove.rehearsal.organisation import COST_OF_A_MINUTE, LONDON, UNRATED, Organisation
from tests.proofs.prove.rehearsal.waiting import Situation

LEEDS, BOSTON = "+441134960123", "+16175550123"
DIFFERS = [True, True, False]
QUESTION = {"user": "ann", "direction": "out", "service": "user", "called": LONDON, "wantedSeconds": 60}


def ask(organisation: Organisation, leg: str, question: str) -> None:
    """Ask about a call as the telephony system does; *question* is authorise or release."""
    path = f"/accounts/{organisation.account}/calls/{leg}/{question}"
    roles = ("Calls.Authorise",)
    client = organisation.env.client
    client.send("POST", path, roles, tenant=organisation.account, json=QUESTION).raise_for_status()


def legs(organisation: Organisation) -> list[str]:
    """The legs of the open holds."""
    return [str(hold["leg"]) for hold in organisation.env.client.items(organisation.account, "/holds")]


def holds_time_out(env: Environment) -> Situation:
    """The telephony system reports its calls without the leg that it asked about, and one of them to a number without
    a rate. Once it names the leg, the call settles its hold.
    """
    organisation = Organisation.open(env)
    for leg in ("leg-1", "leg-2"):
        ask(organisation, leg, "authorise")
    organisation.report(organisation.call("call-1"), organisation.call("call-2", called=UNRATED))
    yield {"ACCOUNT": organisation.account}
    shown = env.outputs[-1]
    env.checks.equal("legs shown", [leg for leg in ("leg-1", "leg-2") if leg in shown], ["leg-1", "leg-2"])
    [unrated] = organisation.suspense
    env.checks.equal("the call in suspense shown", unrated["id"] in shown, True)
    with_leg = json.loads(organisation.call("call-3"))
    with_leg["data"]["leg"] = "leg-1"
    organisation.report(json.dumps(with_leg))
    env.checks.equal("open holds once a call names its leg", legs(organisation), ["leg-2"])
    dismissal = {"reason": "the number cannot be called"}
    env.client.operate("POST", f"/suspense/{unrated['id']}/dismiss", json=dismissal).raise_for_status()


def holds_pile_up(env: Environment) -> Situation:
    """Calls are refused, because holds of calls that never took place have set everything aside."""
    organisation = Organisation.open(env, funds=3 * COST_OF_A_MINUTE)
    for leg in ("leg-1", "leg-2", "leg-3"):
        ask(organisation, leg, "authorise")
    yield {"ACCOUNT": organisation.account}
    shown = env.outputs[-1].splitlines()
    env.checks.equal(
        "legs shown",
        [leg for leg in ("leg-1", "leg-2", "leg-3") if any(leg in line for line in shown)],
        legs(organisation),
    )
    held = env.client.account(organisation.account)["held"]["amount"]
    env.checks.equal("held", Decimal(held), 3 * COST_OF_A_MINUTE)
    for leg in legs(organisation):
        ask(organisation, leg, "release")
    env.checks.equal("open holds after their release", legs(organisation), [])
    env.checks.equal("balance", organisation.balance, 3 * COST_OF_A_MINUTE)


def carriers_bill_differs(env: Environment) -> Situation:
    """The carrier's export has one of two booked calls, and one that nobody reported."""
    organisation = Organisation.open(env)
    booked = [organisation.call("call-1"), organisation.call("call-2", called=LEEDS)]
    organisation.report(*booked)
    facts = json.loads(booked[0])["data"]
    export = env.scratch / "export.csv"
    row = f"out,user,{{}},ann,{facts['startedAt']},60\n"
    export.write_text(
        "direction,service,called,user,startedAt,durationSeconds\n" + row.format(LONDON) + row.format(BOSTON)
    )
    bounds = {"FROM": "2020-01-01T00:00:00Z", "UNTIL": "2100-01-01T00:00:00Z"}
    yield {"ACCOUNT": organisation.account, "EXPORT": str(export), **bounds}
    shown = env.outputs[-1]
    env.checks.equal("what differs", [kind in shown for kind in ("missing_here", "missing_there", "doubled")], DIFFERS)
    env.checks.equal("the dispute sheet is there", (env.scratch / "dispute.xlsx").exists(), True)
    env.checks.equal("nothing is booked", organisation.kinds, ["grant", "debit", "debit"])
