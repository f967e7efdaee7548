"""Will calls work tomorrow? The portal's rule, run in Node on examples."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from shared.insight import tomorrow
from shared.interface.portal_files import FOLDER

RECHARGE = {"enabled": True, "slot": "idle", "paused": None, "trigger": None, "amount": None}


def usd(amount):
    return {"amount": f"{amount:.6f}", "currency": "USD"}


def facts(
    verdict="yes",
    *codes,
    spendable=100.0,
    losses=0.0,
    overdraft=0.0,
    held=0.0,
    state="prepaid",
    eligible=True,
    **recharge,
):
    reasons = [{"code": code, "detail": code} for code in codes]
    account = {"spendable": usd(spendable), "overdraft": usd(overdraft), "held": usd(held), "state": state}
    return {
        "account": {**account, "currency": "USD"},
        "forecast": {
            "perDay": usd(2),
            "depletedAt": None,
            "losses": [{"amount": usd(losses)}],
            "willWorkTomorrow": {"verdict": verdict, "reasons": reasons},
        },
        "autoRecharge": {**RECHARGE, **recharge},
        "eligibility": {"eligible": eligible},
    }


CASES = {
    "all is well": (facts(), "yes", ["lasts", "auto_recharge_on"]),
    "auto-recharge is off": (facts("yes", "auto_recharge_off", enabled=False), "yes", ["auto_recharge_off", "lasts"]),
    "nothing is left": (facts("no", "balance_zero", spendable=0.0), "no", ["balance_zero"]),
    "less than a day is left": (facts("no", "runs_out", spendable=1.0), "no", ["runs_out"]),
    "the cap has paused it": (
        facts("atRisk", "auto_recharge_paused", spendable=1.0, paused={"reason": "cap"}),
        "atRisk",
        ["paused_cap"],
    ),
    "credit cannot be bought": (facts(eligible=False), "yes", ["not_eligible", "lasts", "auto_recharge_on"]),
    "calls are not paid yet": (
        facts("no", "balance_zero", spendable=0.0, overdraft=3.0),
        "no",
        ["balance_zero", "overdraft"],
    ),
    "calls are in progress": (facts(held=1.0), "yes", ["lasts", "auto_recharge_on", "held"]),
    "billed after use": (
        facts("yes", "post_usage", spendable=0.0, state="accruing", eligible=False),
        "yes",
        ["post_usage"],
    ),
    "half of it expires": (facts(losses=50.0), "yes", ["lasts", "auto_recharge_on"]),
    "little is known": (facts("yes", "little_history"), "yes", ["lasts", "auto_recharge_on", "little_history"]),
}

SCRIPT = f"""
import {{ willCallsWork }} from {json.dumps((FOLDER / "lib" / "verdict.js").as_uri())};
let text = "";
for await (const part of process.stdin) text += part;
console.log(JSON.stringify(JSON.parse(text).map(willCallsWork)));
"""


@pytest.fixture(scope="module")
def verdicts():
    """All of them, from one process. The file's modules are modules for Node by its command line."""
    ran = subprocess.run(
        ["node", "--experimental-detect-module", "--input-type=module", "--eval", SCRIPT],
        input=json.dumps([case for case, _, _ in CASES.values()]),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(CASES, json.loads(ran.stdout), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_is_the_services_and_the_gravest_reason_comes_first(verdicts, name):
    _, verdict, reasons = CASES[name]
    assert verdicts[name]["verdict"] == verdict
    assert [each["code"] for each in verdicts[name]["reasons"]] == reasons


def test_every_reason_of_the_service_has_a_text():
    source = Path(str(tomorrow.__file__)).read_text()
    codes = set(re.findall(r'Reason\("(\w+)"', source)) - {"auto_recharge_paused"}  # it is told by its own reason
    texts = json.loads((FOLDER / "texts" / "en.json").read_text())
    assert len(codes) > 12
    assert {f"reason.{code}" for code in codes} <= set(texts)


def test_what_will_expire_does_not_count_among_the_days_that_are_left(verdicts):
    days = [
        each["values"].get("count")
        for name in ("all is well", "half of it expires")
        for each in verdicts[name]["reasons"]
    ]
    assert [count for count in days if count] == [50, 25]
