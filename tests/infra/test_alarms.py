"""Alarms and the workbook use only metrics that the code measures."""

import json
import re

import pytest

from local.infra.checkers import INFRA
from local.machine.paths import ROOT

ALARMS = json.loads((INFRA / "alarms.json").read_text())
WORKBOOK = json.loads((INFRA / "workbook.json").read_text())
QUERIES = [item["content"]["query"] for item in WORKBOOK["items"] if item["type"] == 3]
METRIC = re.compile(r"'(credits\.[a-z_.]+)'")
INSTRUMENT = re.compile(r'"(credits\.[a-z_]+(?:\.[a-z_]+)*)"')

SILENCE = "{usageSilenceHours}"
[LONGEST_SILENCE] = re.findall(r"@maxValue\((\d+)\)\nparam usageSilenceHours ", (INFRA / "main.bicep").read_text())

PAGES = [ROOT / "docs" / name for name in ("runbook.md", "observability.md", "deploy.md")]
ON_PAGES = [line for page in PAGES for line in page.read_text().splitlines() if "summarize" in line]

INSTRUMENTS = ROOT / "shared" / "telemetry"

AZURE_DURATIONS = {
    "PT5M",
    "PT10M",
    "PT15M",
    "PT30M",
    "PT45M",
    "PT1H",
    "PT2H",
    "PT3H",
    "PT4H",
    "PT5H",
    "PT6H",
    "P1D",
    "P2D",
}
MINUTES = {"PT5M": 5, "PT15M": 15, "PT30M": 30, "PT1H": 60, "P2D": 2880}


def text(alarm):
    return "\n".join(alarm["query"])


def test_the_alarms_are_the_agreed_ones():
    assert [alarm["name"] for alarm in ALARMS] == [
        "usage-waits",
        "usage-not-measured",
        "usage-stopped",
        "poison-not-empty",
        "suspense-not-empty",
        "suspense-near-deletion",
        "conflicts",
        "holds-time-out",
        "recharges-fail",
        "brakes",
        "webhooks-rejected",
        "audit-failed",
        "audit-overdue",
        "reconciliation-differs",
        "emails-fail",
        "server-errors",
        "bridge-fails",
        "call-logs-behind",
    ]


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm["name"])
def test_an_alarm_can_be_deployed_before_there_is_telemetry(alarm):
    """A missing table is not an error; every row of the result is an alarm, so the last line is the condition."""
    assert re.fullmatch(r"union isfuzzy=true App(Metrics|Requests)", alarm["query"][0])
    assert alarm["query"][-1].startswith("| where ")
    assert alarm["severity"] in {0, 1, 2, 3, 4}
    assert alarm["means"].endswith(".")
    assert {alarm["every"], alarm["window"], alarm.get("lookBack", "PT5M")} <= AZURE_DURATIONS
    assert MINUTES[alarm["every"]] <= MINUTES[alarm["window"]] <= MINUTES[alarm.get("lookBack", alarm["window"])]


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm["name"])
def test_an_alarm_evaluates_its_whole_time_window(alarm):
    queried = text(alarm).replace(SILENCE, LONGEST_SILENCE)
    hours = [int(found) for found in re.findall(r"ago\((\d+)h\)", queried)]
    assert len(hours) == queried.count("ago(")
    assert max(hours, default=0) * 60 <= MINUTES[alarm.get("lookBack", alarm["window"])]


@pytest.mark.parametrize("query", [*map(text, ALARMS), *QUERIES, *ON_PAGES])
def test_queries_account_for_sampling(query):
    """A row of any table except `AppMetrics` may represent several items; `ItemCount` is their number."""
    if "AppMetrics" not in query:
        assert not re.search(r"\bcount(if)?\(|\bdcount\(", query), query


def test_the_hours_of_the_silence_alarm_are_a_parameter_and_zero_disables_it():
    [alarm] = [alarm for alarm in ALARMS if SILENCE in text(alarm)]
    module = (INFRA / "modules" / "alarms.bicep").read_text()
    assert alarm["name"] == "usage-stopped"
    assert "replace(join(alarm.query, '\\n'), '{usageSilenceHours}', string(usageSilenceHours))" in module
    assert "enabled: alarm.name != 'usage-stopped' || usageSilenceHours > 0\n" in module
    assert "usageSilenceHours = 0\n" in (INFRA / "trial.bicepparam").read_text()
    assert re.search(r"param usageSilenceHours int = [1-9]", (INFRA / "main.bicep").read_text())
    assert "usageSilenceHours" not in (INFRA / "production.bicepparam").read_text()


def test_an_alarm_about_a_single_event_is_not_resolved_automatically():
    assert {alarm["name"] for alarm in ALARMS if not alarm["endsByItself"]} == {"conflicts", "reconciliation-differs"}


def test_the_workbook_shows_what_is_measured():
    shown = {name for query in QUERIES for name in METRIC.findall(query)}
    queried = {name for alarm in ALARMS for name in METRIC.findall(text(alarm))}
    assert queried <= shown
    assert shown >= {"credits.debits", "credits.commit.events", "credits.recharges", "credits.breakage"}
    assert all(re.match(r"union isfuzzy=true App(Metrics|Requests)\n", query) for query in QUERIES)


def test_alarms_and_workbook_use_exactly_the_metrics_of_the_code():
    if not INSTRUMENTS.is_dir():
        pytest.skip("the code measures nothing yet: there is no shared/telemetry")
    measured = {name for path in INSTRUMENTS.glob("*.py") for name in INSTRUMENT.findall(path.read_text())}
    queried = {name for query in (*QUERIES, *map(text, ALARMS)) for name in METRIC.findall(query)}
    assert queried == measured


def test_the_runbook_has_instructions_for_each_alarm():
    runbook = ROOT / "docs" / "runbook.md"
    if not runbook.exists():
        pytest.skip("there is no docs/runbook.md yet")
    headings = set(re.findall(r"(?m)^#+ `?([a-z][a-z-]+)`?", runbook.read_text()))
    assert {alarm["name"] for alarm in ALARMS} <= headings


def test_the_runbook_wakes_operators_only_for_alarms_of_severity_one():
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    [at_once] = re.findall(r"At once: (.+?)\. ", runbook)
    assert set(re.findall(r"`([a-z-]+)`", at_once)) == {alarm["name"] for alarm in ALARMS if alarm["severity"] == 1}
