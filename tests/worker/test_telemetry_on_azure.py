"""The app in Azure's worker with Application Insights: what arrives there, and that it arrives once."""

import json

import pytest

from local.azure_python.interpreter import worker_python
from local.commands.sample_card import publish_sample_card
from local.machine.machine import Machine
from local.package.deployed_python import NoPythonError
from tests.proofs.azure_worker.run import ask_worker, deploy
from tests.proofs.azure_worker.scenario import LONDON, Scenario
from tests.worker.ingestion import ingestion

OFF = {  # statistics that the exporter would send to Microsoft
    "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
    "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true",
    "NO_PROXY": "127.0.0.1",
}


@pytest.fixture(scope="module")
def observed():
    """The worker's answers, and the stand-in for Application Insights."""
    try:
        python = worker_python()
    except NoPythonError as absent:
        pytest.skip(str(absent))
    with Machine.start(None) as machine, ingestion() as insights:
        publish_sample_card(machine)
        telemetry = {
            "APPLICATIONINSIGHTS_CONNECTION_STRING": insights.connection_string,
            "PYTHON_ENABLE_OPENTELEMETRY": "true",
            "OTEL_TRACES_SAMPLER": "always_on",
        }
        settings = {**machine.settings, **telemetry, **OFF}
        app = deploy(machine.folder / "app")
        answers = ask_worker(python, app, settings, Scenario(machine).steps(), machine.folder)
        yield answers, insights


def operation(item):
    return item["tags"]["ai.operation.id"]


def test_the_worker_declares_that_the_app_sends_telemetry_itself(observed):
    answers, _ = observed
    assert answers["start"]["capabilities"]["WorkerOpenTelemetryEnabled"] == "true"
    assert {step["status"] for step in answers["steps"].values()} == {"Success"}


def test_messages_are_requests_and_commits_are_their_children(observed):
    _, insights = observed
    usage = [item for item in insights.kind("Request") if item["data"]["baseData"]["name"] == "usage"]
    ids = {item["data"]["baseData"]["id"] for item in usage}
    commits = [item for item in insights.kind("RemoteDependency") if item["tags"].get("ai.operation.parentId") in ids]
    outcomes = [item["data"]["baseData"]["properties"]["credits.outcome"] for item in commits]
    assert len(usage) == 3
    assert sorted(outcomes) == ["known", "won", "won"]  # one of them was delivered twice


def test_http_requests_are_the_hosts_and_the_apps_spans_are_parts_of_them(observed):
    _, insights = observed
    names = {item["data"]["baseData"]["name"] for item in insights.kind("Request")}
    assert names <= {"usage", "usage-poison", "wakeup", "payment", "e-mail"}
    parts = {item["data"]["baseData"]["name"] for item in insights.kind("RemoteDependency")}
    assert parts == {"commit", "open_account", "grant_funds", "read_account"}


def test_effects_are_counted(observed):
    _, insights = observed
    metrics = insights.metrics()
    assert metrics["credits.debits",] == 2
    assert metrics["credits.suspended", "not_cloudevents"] == 1
    assert metrics["credits.audit.accounts",] == 1
    assert metrics["credits.audit.findings",] == 0


def test_log_records_arrive_once_and_belong_to_their_trace(observed):
    _, insights = observed
    audits = [item for item in insights.kind("Message") if "findings" in item["data"]["baseData"]["message"]]
    assert [item["data"]["baseData"]["message"] for item in audits] == ["audit: 1 accounts, 0 findings"]
    assert len(operation(audits[0])) == 32
    by_the_worker = [
        item for item in insights.kind("Message") if "Function name" in item["data"]["baseData"]["message"]
    ]
    assert len(by_the_worker) <= 1  # a line for every message would cost more than all of the app's log lines


def test_no_phone_number_and_no_storage_address_is_sent(observed):
    _, insights = observed
    sent = json.dumps(insights.items)
    assert LONDON[1:] not in sent
    assert "tables" not in sent.lower()
