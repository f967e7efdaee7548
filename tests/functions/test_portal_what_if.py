"""The rules of the portal's page what-if, run in Node: what sliders offer, the windows, and answers that come late."""

import json
import subprocess
from itertools import pairwise

import pytest

from shared.interface.portal_files import FOLDER

LATEST = """
const asked = [];
const told = [];
const ask = latest(question => new Promise((done, failed) => asked.push({ question, done, failed })),
  { show: answer => told.push(answer), fail: error => told.push(`failed: ${error.message}`), wait: 0 });
const until = async count => { while (asked.length < count) await new Promise(setImmediate); };
ask("never asked: overtaken before its time");
ask("first");
await until(1);
ask("second");
await until(2);
asked[1].done("the answer to the second");
asked[0].done("the answer to the first, too late");
await new Promise(setImmediate);
ask("third");
await until(3);
ask("fourth");
await until(4);
asked[2].failed(new Error("the third, too late"));
asked[3].failed(new Error("the fourth"));
await new Promise(setImmediate);
const latestCase = { asked: asked.map(each => each.question), told };
"""

SCRIPT = f"""
import {{ latest }} from {json.dumps((FOLDER / "lib" / "latest.js").as_uri())};
import {{ windows }} from {json.dumps((FOLDER / "lib" / "period.js").as_uri())};
import {{ placeOf, rechargeAmounts, triggerAmounts }} from {json.dumps((FOLDER / "lib" / "scale.js").as_uri())};
{LATEST}
const usd = amount => ({{ amount, currency: "USD" }});
const yen = amount => ({{ amount, currency: "JPY" }});
const offered = {{
  usual: rechargeAmounts(usd("50.000000"), [usd("50.000000"), null]),
  odd: rechargeAmounts(usd("50.000000"), [usd("62.500000"), usd("180.000000")]),
  capped: rechargeAmounts(usd("50.000000"), [usd("50.000000")], usd("120.000000")),
  large: rechargeAmounts(usd("50.000000"), [usd("9000.000000")]),
  yen: rechargeAmounts(yen("7500.000000"), [yen("7500.000000")]),
  trigger: triggerAmounts(usd("50.000000"), [usd("12.340000")]),
}};
const places = [usd("62.5"), usd("63"), usd("99999")].map(each => placeOf(offered.odd, each));
const spans = {{
  old: windows("2026-03-15T10:00:00Z", "2024-01-01T00:00:00Z"),
  lastMonth: windows("2026-03-15T10:00:00Z", "2026-02-10T00:00:00Z"),
  thisMonth: windows("2026-03-15T10:00:00Z", "2026-03-10T00:00:00Z"),
}};
console.log(JSON.stringify({{ latestCase, offered, places, spans }}));
"""


@pytest.fixture(scope="module")
def found():
    """All cases, from one process."""
    ran = subprocess.run(
        ["node", "--experimental-detect-module", "--input-type=module", "--eval", SCRIPT],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(ran.stdout)


def numbers(offered):
    return [float(each["amount"]) for each in offered]


def test_only_the_newest_question_gets_its_answer_shown(found):
    assert found["latestCase"] == {
        "asked": ["first", "second", "third", "fourth"],
        "told": ["the answer to the second", "failed: the fourth"],
    }


def test_amounts_begin_at_the_smallest_and_go_in_even_steps(found):
    usual = numbers(found["offered"]["usual"])
    assert (usual[0], usual[-1]) == (50, 500)
    assert {after - before for before, after in pairwise(usual)} == {5}
    yen = numbers(found["offered"]["yen"])
    assert (yen[:3], {after - before for before, after in pairwise(yen[1:])}) == ([7500, 8000, 9000], {1000})


def test_what_is_set_and_what_is_advised_can_be_chosen_exactly(found):
    assert {62.5, 180.0} <= set(numbers(found["offered"]["odd"]))
    trigger = numbers(found["offered"]["trigger"])
    assert (trigger[0], 12.34 in trigger) == (0, True)
    assert trigger == sorted(trigger)


def test_no_amount_is_above_the_monthly_cap(found):
    assert numbers(found["offered"]["capped"])[-1] == 120


def test_a_large_amount_has_larger_steps_and_room_above_it(found):
    large = numbers(found["offered"]["large"])
    assert 9000 in large
    assert large[-1] > 9000 * 1.8
    assert len(large) <= 102


def test_a_slider_stands_at_an_amount_or_the_next_above_or_at_the_end(found):
    odd = numbers(found["offered"]["odd"])
    assert [odd[place] for place in found["places"]] == [62.5, 65, odd[-1]]


def test_the_usual_window_is_two_whole_months_where_the_account_has_them(found):
    assert found["spans"]["old"][0] == {
        "name": "2",
        "months": ["2026-01", "2026-02"],
        "from": "2026-01-01T00:00:00Z",
        "to": "2026-03-01T00:00:00Z",
    }
    for young in ("lastMonth", "thisMonth"):
        first = found["spans"][young][0]
        assert first == {"name": "30", "from": "2026-02-13T10:00:00Z", "to": "2026-03-15T10:00:00Z"}


def test_every_month_of_the_account_is_a_window_and_none_before(found):
    names = [each["name"] for each in found["spans"]["lastMonth"]]
    assert names == ["30", "12", "2026-03", "2026-02"]
    assert [each["name"] for each in found["spans"]["thisMonth"]] == ["30", "2026-03"]
