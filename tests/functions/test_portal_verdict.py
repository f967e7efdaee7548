"""Will calls work tomorrow? The portal's rule, run in Node on examples."""

import json
import subprocess

import pytest

from shared.interface.portal_files import FOLDER

NOW = 1_800_000_000_000
CARD = {"id": "pm_1", "lastFour": "4242", "expiry": "2030-03", "refused": False, "needsHolder": False}
RECHARGE = {"enabled": True, "slot": "idle", "paused": None, "trigger": None, "amount": None}


def usd(amount):
    return {"amount": f"{amount:.6f}", "currency": "USD"}


def facts(*, spendable=100.0, tomorrow=None, per_day=2.0, state="prepaid", cards=(CARD,), eligible=True, **recharge):
    account = {name: usd(0) for name in ("held", "overdraft", "accrued", "scoped")}
    later = spendable if tomorrow is None else tomorrow
    return {
        "now": NOW,
        "perDay": per_day,
        "account": {**account, "currency": "USD", "state": state, "spendable": usd(spendable)},
        "tomorrow": {"spendable": usd(later)},
        "autoRecharge": {**RECHARGE, **recharge},
        "cards": list(cards),
        "eligibility": {"eligible": eligible},
    }


OFF = {"enabled": False}
CASES = {
    "enough money, auto-recharge on": (facts(), "yes", "lasts"),
    "enough money, auto-recharge off": (facts(**OFF), "yes", "auto_recharge_off"),
    "nothing used lately": (facts(per_day=0.0), "yes", "enough"),
    "less than a day's use, a card is charged": (facts(spendable=1.0), "yes", "runs_out"),
    "less than a day's use, nothing tops it up": (facts(spendable=1.0, **OFF), "atRisk", "runs_out"),
    "exactly a day's use": (facts(spendable=2.0, **OFF), "yes", "lasts"),
    "all of it expires tomorrow": (facts(tomorrow=0.0, **OFF), "atRisk", "expires_tomorrow"),
    "zero, a card is charged": (facts(spendable=0.0), "atRisk", "balance_zero"),
    "zero, auto-recharge off": (facts(spendable=0.0, **OFF), "no", "balance_zero"),
    "zero, the card was declined": (facts(spendable=0.0, slot="declined"), "no", "card_declined"),
    "zero, paused by the cap": (facts(spendable=0.0, paused={"reason": "cap"}), "no", "paused_cap"),
    "zero, the only card has expired": (
        facts(spendable=0.0, cards=[{**CARD, "expiry": "2020-01"}]),
        "no",
        "balance_zero",
    ),
    "zero, the only card was refused": (facts(spendable=0.0, cards=[{**CARD, "refused": True}]), "no", "no_card"),
    "zero, credit cannot be bought": (facts(spendable=0.0, eligible=False), "no", "not_eligible"),
    "the only card expires soon": (facts(cards=[{**CARD, "expiry": "2027-01"}]), "yes", "card_expires"),
    "billed after use, at zero": (facts(spendable=0.0, state="accruing"), "yes", "billed_after_use"),
    "draining": (facts(spendable=1.0, state="draining", **OFF), "yes", "draining"),
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
def test_the_verdict_and_its_reason(verdicts, name):
    _, verdict, reason = CASES[name]
    assert verdicts[name]["verdict"] == verdict
    assert reason in [each["code"] for each in verdicts[name]["reasons"]]


def test_the_gravest_reason_comes_first(verdicts):
    for verdict in verdicts.values():
        levels = [each["level"] for each in verdict["reasons"]]
        assert levels == sorted(levels, key=["bad", "warning", "good", "info"].index)


def test_every_reason_has_a_text(verdicts):
    texts = json.loads((FOLDER / "texts" / "en.json").read_text())
    codes = {each["code"] for verdict in verdicts.values() for each in verdict["reasons"]}
    assert len(codes) > 12
    assert {f"reason.{code}" for code in codes} <= set(texts)
