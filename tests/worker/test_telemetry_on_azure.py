"""The app in Azure's worker with Application Insights chosen: what arrives there, and that it arrives once."""

import json

import pytest

from local.azure_python.interpreter import NoPythonError, worker_python
from local.commands.sample_card import publish_sample_card
from local.machine.machine import Machine
from tests.proofs.azure_worker.run import ask_worker, deploy
from tests.proofs.azure_worker.scenario import LONDON, Story
from tests.worker.ingestion import ingestion

OFF = {  # what the exporter would tell Microsoft of itself
    "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
    "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true",
    "NO_PROXY": "127.0.0.1",
}


@pytest.fixture(scope="module")
def seen():
    """What the worker answered, and what Application Insights got."""
    try:
        python = worker_python()
    except NoPythonError as absent:
        pytest.skip(str(absent))
    with Machine.start(None) as machine, ingestion() as insights:
        publish_sample_card(machine)
        telling = {
            "APPLICATIONINSIGHTS_CONNECTION_STRING": insights.connection_string,
            "PYTHON_ENABLE_OPENTELEMETRY": "true",
            "OTEL_TRACES_SAMPLER": "always_on",
        }
        settings = {**machine.settings, **telling, **OFF}
        app = deploy(machine.folder / "app")
        answers = ask_worker(python, app, settings, Story(machine).steps(), machine.folder)
        yield answers, insights


def operation(item):
    return item["tags"]["ai.operation.id"]


def test_the_worker_tells_the_host_that_telemetry_is_ours(seen):
    answers, _ = seen
    assert answers["start"]["capabilities"]["WorkerOpenTelemetryEnabled"] == "true"
    assert {step["status"] for step in answers["steps"].values()} == {"Success"}


def test_messages_are_requests_and_commits_lie_under_them(seen):
    _, insights = seen
    usage = [item for item in insights.kind("Request") if item["data"]["baseData"]["name"] == "usage"]
    ids = {item["data"]["baseData"]["id"] for item in usage}
    commits = [item for item in insights.kind("RemoteDependency") if item["tags"].get("ai.operation.parentId") in ids]
    outcomes = [item["data"]["baseData"]["properties"]["credits.outcome"] for item in commits]
    assert len(usage) == 3
    assert sorted(outcomes) == ["known", "won", "won"]  # one of them came again


def test_http_is_the_hosts_request_and_only_a_part_of_it_is_ours(seen):
    _, insights = seen
    names = {item["data"]["baseData"]["name"] for item in insights.kind("Request")}
    assert names <= {"usage", "usage-poison", "wakeup", "payment", "e-mail"}
    parts = {item["data"]["baseData"]["name"] for item in insights.kind("RemoteDependency")}
    assert parts == {"commit", "open_account", "grant_funds", "read_account"}


def test_effects_are_counted(seen):
    _, insights = seen
    told = insights.metrics()
    assert told["credits.debits",] == 2
    assert told["credits.suspended", "not_cloudevents"] == 1
    assert told["credits.audit.accounts",] == 1
    assert told["credits.audit.findings",] == 0


def test_log_records_come_once_and_belong_to_their_trace(seen):
    _, insights = seen
    audits = [item for item in insights.kind("Message") if "findings" in item["data"]["baseData"]["message"]]
    assert [item["data"]["baseData"]["message"] for item in audits] == ["audit: 1 accounts, 0 findings"]
    assert len(operation(audits[0])) == 32
    by_the_worker = [
        item for item in insights.kind("Message") if "Function name" in item["data"]["baseData"]["message"]
    ]
    assert len(by_the_worker) <= 1  # a line for every message would cost more than all that we say


def test_no_number_and_no_storage_address_is_sent(seen):
    _, insights = seen
    sent = json.dumps(insights.items)
    assert LONDON[1:] not in sent
    assert "tables" not in sent.lower()
