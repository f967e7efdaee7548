"""Alarms and the workbook ask for nothing that the code does not measure."""

import json
import re

import pytest

from local.infra.checkers import INFRA
from local.machine.places import ROOT

ALARMS = json.loads((INFRA / "alarms.json").read_text())
WORKBOOK = json.loads((INFRA / "workbook.json").read_text())
QUERIES = [item["content"]["query"] for item in WORKBOOK["items"] if item["type"] == 3]
METRIC = re.compile(r"'(credits\.[a-z_.]+)'")
INSTRUMENT = re.compile(r'"(credits\.[a-z_]+(?:\.[a-z_]+)*)"')

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


def test_the_alarms_are_those_that_were_agreed():
    assert [alarm["name"] for alarm in ALARMS] == [
        "usage-waits",
        "usage-not-measured",
        "poison-not-empty",
        "suspense-not-empty",
        "suspense-near-deletion",
        "conflicts",
        "recharges-fail",
        "audit-failed",
        "reconciliation-differs",
        "emails-fail",
        "server-errors",
    ]


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm["name"])
def test_an_alarm_can_be_deployed_before_there_is_telemetry(alarm):
    """A table that does not exist yet is no error; every row of the answer is an alarm, so the last line judges."""
    assert re.fullmatch(r"union isfuzzy=true App(Metrics|Requests)", alarm["query"][0])
    assert alarm["query"][-1].startswith("| where ")
    assert alarm["severity"] in {0, 1, 2, 3, 4}
    assert alarm["means"].endswith(".")
    assert {alarm["every"], alarm["window"], alarm.get("lookBack", "PT5M")} <= AZURE_DURATIONS
    assert MINUTES[alarm["every"]] <= MINUTES[alarm["window"]] <= MINUTES[alarm.get("lookBack", alarm["window"])]


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm["name"])
def test_an_alarm_sees_all_the_time_that_it_speaks_of(alarm):
    hours = [int(found) for found in re.findall(r"ago\((\d+)h\)", text(alarm))]
    assert max(hours, default=0) * 60 <= MINUTES[alarm.get("lookBack", alarm["window"])]


def test_an_alarm_about_something_that_happened_once_is_not_taken_back_by_itself():
    assert {alarm["name"] for alarm in ALARMS if not alarm["endsByItself"]} == {"conflicts", "reconciliation-differs"}


def test_the_workbook_shows_what_is_measured():
    shown = {name for query in QUERIES for name in METRIC.findall(query)}
    asked = {name for alarm in ALARMS for name in METRIC.findall(text(alarm))}
    assert asked <= shown
    assert shown >= {"credits.debits", "credits.commit.events", "credits.recharges", "credits.breakage"}
    assert all(re.match(r"union isfuzzy=true App(Metrics|Requests)\n", query) for query in QUERIES)


def test_every_metric_that_is_asked_for_is_measured_by_the_code_and_the_other_way_round():
    if not INSTRUMENTS.is_dir():
        pytest.skip("the code measures nothing yet: there is no shared/telemetry")
    measured = {name for path in INSTRUMENTS.glob("*.py") for name in INSTRUMENT.findall(path.read_text())}
    asked = {name for query in (*QUERIES, *map(text, ALARMS)) for name in METRIC.findall(query)}
    assert asked == measured


def test_the_runbook_says_what_to_do_about_each_alarm():
    runbook = ROOT / "docs" / "runbook.md"
    if not runbook.exists():
        pytest.skip("there is no docs/runbook.md yet")
    headings = set(re.findall(r"(?m)^#+ `?([a-z][a-z-]+)`?", runbook.read_text()))
    assert {alarm["name"] for alarm in ALARMS} <= headings


def test_the_runbook_wakes_somebody_for_the_alarms_of_severity_one_and_for_no_others():
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    [at_once] = re.findall(r"At once: (.+?)\. ", runbook)
    assert set(re.findall(r"`([a-z-]+)`", at_once)) == {alarm["name"] for alarm in ALARMS if alarm["severity"] == 1}
