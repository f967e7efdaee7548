"""The Kamailio connector: its configuration parses, its settings are documented, its event is one that is booked."""

import json
import re
import subprocess

import pytest
from jsonschema import Draft202012Validator

from shared.interface.usage_schema import usage_schema
from shared.use_cases.calls.authorise_call import CallQuestion
from shared.use_cases.calls.extend_call import Extension
from tests.proofs.prove.sip.programs import CONFIGURATION, CONNECTOR, SAMPLE_SETTINGS, missing, program, syntax_faults

SCRIPT = CONFIGURATION.read_text()
README = (CONNECTOR / "README.md").read_text()
EXAMPLE = (CONNECTOR / "credits.env.example").read_text()

FACTS = {
    "$avp(user)": "ann",
    "$fU": "+14255550101",
    "$rU": "+442079460123",
    "$avp(account)": "0b5f4c1e-7d2a-4f6b-9c3d-1a2b3c4d5e6f",
    "$avp(leg)": "ab" * 32,
    "$var(leg)": "ab" * 32,
    "$utimef(%Y-%m-%dT%H:%M:%SZ)": "2026-11-22T07:28:55Z",
    "$var(sec)": "130",
    "$sht(cfg=>source)": "urn:example:sbc-1",
    "$sht(cfg=>wantedSeconds)": "300",
}
"""What the script's variables contain for one call."""

_SET = re.compile(r'jansson_set\("(\w+)", "(\w+)", "([^"]+)", "\$var\((\w)\)"\)')
_READ = {"string": str, "integer": int}


def route(name: str) -> str:
    """The text of one route of the script."""
    (found,) = re.findall(rf"^(?:event_)?route\[{re.escape(name)}\] {{\n(.*?)^}}$", SCRIPT, re.MULTILINE | re.DOTALL)
    return found


def built(*routes: str) -> dict[str, dict[str, object]]:
    """The JSON objects, by the letter of their variable, that the script's routes build with FACTS."""
    objects: dict[str, dict[str, object]] = {}
    for line in "".join(route(name) for name in routes).splitlines():
        if copied := re.search(r"\$var\(q\) = \$var\(d\);", line):
            assert copied
            objects["q"] = dict(objects["d"])
        for kind, name, value, variable in _SET.findall(line):
            read = dict(objects["d"]) if kind == "object" else _READ[kind](FACTS.get(value, value))
            objects.setdefault(variable, {})[name] = read
    return objects


def settings(text: str) -> set[str]:
    return set(re.findall(r"\bCREDITS_[A-Z_]+", text))


def test_kamailio_accepts_the_configuration():
    if reason := missing("kamailio"):
        pytest.skip(reason)
    assert syntax_faults() == ()


def test_kamailio_accepts_it_with_the_settings_of_the_example():
    if reason := missing("kamailio"):
        pytest.skip(reason)
    check = f"set -a; . {CONNECTOR}/credits.env.example; {program('kamailio')} -c -f {CONFIGURATION} -l udp:127.0.0.1:9"
    done = subprocess.run(["sh", "-euc", check], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_its_event_matches_the_schema():
    event = built("DESCRIBE", "dialog:start", "EVENT")["e"]
    Draft202012Validator(usage_schema()).validate(event)
    assert event["data"] == {
        "account": FACTS["$avp(account)"],
        "user": "ann",
        "direction": "out",
        "service": "user",
        "calling": "+14255550101",
        "called": "+442079460123",
        "startedAt": "2026-11-22T07:28:55Z",
        "durationSeconds": 130,
        "leg": FACTS["$avp(leg)"],
    }
    assert (event["id"], event["source"]) == (FACTS["$avp(leg)"], "urn:example:sbc-1")


def test_no_value_of_its_event_is_left_unfilled():
    assert "$" not in json.dumps(built("DESCRIBE", "dialog:start", "EVENT"))


def test_its_questions_are_ones_that_the_service_reads():
    asked = CallQuestion.model_validate_json(json.dumps(built("DESCRIBE")["q"]), context="US")
    assert (asked.called, asked.calling, asked.user, asked.wantedSeconds) == (
        "+442079460123",
        "+14255550101",
        "ann",
        300,
    )
    assert Extension.model_validate_json(json.dumps(built("EXTEND")["b"])).wantedSeconds == 300


def test_it_reads_only_fields_that_the_service_answers():
    read = set(re.findall(r'jansson_get\("(\w+)"', SCRIPT))
    assert read == {"allowed", "maxSeconds", "reauthoriseSeconds", "reason", "code"}
    document = json.loads((CONNECTOR.parents[1] / "docs" / "openapi.json").read_text())
    schemas = document["components"]["schemas"]
    assert read - {"code"} <= set(schemas["Authorisation"]["properties"])
    assert "code" in schemas["Problem"]["properties"]


def test_every_setting_is_read_explained_and_in_the_example():
    read = set(re.findall(r"^#!(?:try)?defenvs (\w+)$", SCRIPT, re.MULTILINE))
    rows = {
        name for row in README.splitlines() if row.startswith("| `CREDITS_") for name in settings(row.split("|")[1])
    }
    assert rows == read
    assert settings(EXAMPLE) == read


def test_what_is_required_and_the_defaults_are_as_documented():
    required = set(re.findall(r"^#!defenvs (\w+)$", SCRIPT, re.MULTILINE))
    assert required == set(SAMPLE_SETTINGS)
    defaults = dict(re.findall(r'^#!define (CREDITS_\w+) "(.*)"$', SCRIPT, re.MULTILINE))
    shown = dict(re.findall(r"^#?(CREDITS_\w+)='?(.*?)'?$", EXAMPLE, re.MULTILINE))
    assert {name: shown[name] for name in defaults} == defaults


def test_every_setting_that_the_readme_changes_at_run_time_exists():
    changed = set(re.findall(r"htable\.sets cfg (\w+)", README))
    assert changed
    assert changed <= set(re.findall(r"^    \$sht\(cfg=>(\w+)\) = CREDITS_", SCRIPT, re.MULTILINE))
