"""The bridge and the poller are off unless they are configured; values that make no sense are refused."""

from datetime import timedelta

import pytest

from shared.collection_settings import GraphSettings, SqsSettings, is_encrypted, read_graph, read_sqs
from shared.kernel.ids import AccountId

SQS = {"Sqs__queueUrl": "https://sqs.eu-central-1.amazonaws.com/1/q", "Sqs__region": "eu-central-1"}
ROLE = "arn:aws:iam::111122223333:role/communications-credits"
TENANT, OTHER = (AccountId(f"5f0c1f9e-0000-4000-8000-00000000000{digit}") for digit in "1A")
GRAPH = {"Graph__tenants": TENANT, "Graph__address": "https://graph.microsoft.com"}


@pytest.mark.parametrize("missing", [*SQS, "all"])
def test_the_bridge_is_off_without_queue_and_region(missing):
    assert read_sqs({name: value for name, value in SQS.items() if missing not in (name, "all")}) is None
    assert read_sqs({**SQS, missing: " "} if missing != "all" else dict.fromkeys(SQS, "")) is None


@pytest.mark.parametrize("missing", [*GRAPH, "all"])
def test_the_poller_is_off_without_tenants_and_address(missing):
    assert read_graph({name: value for name, value in GRAPH.items() if missing not in (name, "all")}) is None
    assert read_graph({**GRAPH, missing: ""} if missing != "all" else dict.fromkeys(GRAPH, "")) is None


def test_the_bridge_needs_nothing_else():
    assert read_sqs(SQS) == SqsSettings(SQS["Sqs__queueUrl"], "eu-central-1", None, None, None, None)


def test_everything_of_the_bridge_is_read():
    more = {
        "Sqs__endpoint": "https://127.0.0.1:5000",
        "Sqs__role": ROLE,
        "Sqs__audience": "api://a",
        "Sqs__profile": "p",
    }
    assert read_sqs({**SQS, **more}) == SqsSettings(*SQS.values(), *more.values())


def test_everything_of_the_poller_is_read():
    more = {"Graph__tenants": f" {TENANT} , {OTHER},{TENANT}", "Graph__clientId": OTHER, "Graph__overlapHours": "96"}
    assert read_graph({**GRAPH, **more}) == GraphSettings(
        (TENANT, AccountId(OTHER.lower())), GRAPH["Graph__address"], OTHER.lower(), timedelta(hours=96)
    )
    assert read_graph(GRAPH) == GraphSettings((TENANT,), GRAPH["Graph__address"], None, timedelta(hours=72))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Sqs__queueUrl", "credits-calls"),
        ("Sqs__region", "eu central"),
        ("Sqs__endpoint", "localhost:5000"),
        ("Sqs__role", "communications-credits"),
        ("Sqs__role", ROLE),  # without an audience
        ("Sqs__audience", "api://a"),  # without a role
        ("Sqs__profile", "a b"),
        ("Graph__tenants", "example.com"),
        ("Graph__tenants", f"{TENANT},*"),
        ("Graph__address", "graph.microsoft.com"),
        ("Graph__clientId", "credits"),
        ("Graph__overlapHours", "0"),
        ("Graph__overlapHours", "721"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_its_name(name, value):
    with pytest.raises(ValueError, match=name):
        (read_sqs if name.startswith("Sqs") else read_graph)({**SQS, **GRAPH, name: value})


def test_no_token_is_sent_to_an_endpoint_without_tls():
    role = {"Sqs__role": ROLE, "Sqs__audience": "api://a"}
    with pytest.raises(ValueError, match="Sqs__endpoint"):
        read_sqs({**SQS, **role, "Sqs__endpoint": "http://127.0.0.1:5000"})


@pytest.mark.parametrize(
    ("address", "is_sent"), [("https://graph.microsoft.com", True), ("HTTPS://x", True), ("http://127.0.0.1:1", False)]
)
def test_a_token_is_sent_only_over_tls(address, is_sent):
    assert is_encrypted(address) is is_sent
