"""The running service fetches usage itself: from AWS, and from Microsoft Graph, as its settings say."""

import json
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from time import monotonic, sleep

import httpx
import pytest
import uvicorn

from local.commands.sample_card import publish_sample_card
from local.machine.loopback import ANY_PORT, Server, address_of, open_port
from local.machine.machine import Machine
from local.stand_ins.graph.app import Graph
from local.stand_ins.graph.logs import PSTN
from shared.adapters.clock import SystemClock
from shared.kernel.times import instant_text
from tests.aws import PREFIX, REGION, make_aws, notify
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue
from tests.use_cases.collected import cdr, row

ACCOUNT = "5f0c1f9e-0000-4000-8000-0000000000c1"
KEYS = {"AWS_ACCESS_KEY_ID": "example", "AWS_SECRET_ACCESS_KEY": "example", "AWS_CONFIG_FILE": "nowhere"}
PATIENCE, PAUSE = 60.0, 0.1
"""Seconds: until a wait fails, and between two looks."""

CALLED = SystemClock().now().replace(microsecond=0) - timedelta(hours=1)


@contextmanager
def serving(app):
    """Serve *app* in a thread; yield its address."""
    with open_port(ANY_PORT) as listening:
        server = Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield address_of(listening)
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def aws(aws_endpoint):
    return make_aws(aws_endpoint)


@pytest.fixture(scope="module")
def graph():
    return Graph(SystemClock(), ACCOUNT)


@pytest.fixture(scope="module")
def collecting(aws, graph):
    """A machine whose service collects from both."""
    with serving(graph.app()) as address:
        settings = {
            **KEYS,
            "Sqs__queueUrl": aws.queue,
            "Sqs__region": REGION,
            "Sqs__endpoint": aws.endpoint,
            "Sqs__profile": "chime",
            "Graph__tenants": ACCOUNT,
            "Graph__address": address,
        }
        with Machine.start(None, settings=settings) as machine:
            publish_sample_card(machine)
            yield machine


def fire(machine, timer):
    """Run a timer now."""
    answer = httpx.post(f"{machine.http}/admin/functions/{timer}", json={}, timeout=60, trust_env=False, verify=False)
    answer.raise_for_status()


def test_calls_of_chime_and_teams_are_debited(collecting, aws, graph):
    with HttpClient(collecting) as client, UsageQueue(collecting) as queue:
        client.open(ACCOUNT)
        profile = {"format": "chime-cdr", "accountOf": {"connector-1": ACCOUNT}}
        client.operate("PUT", "/usage-profiles/chime", json=profile).raise_for_status()
        notify(aws)
        started = int(CALLED.timestamp())
        content = cdr("t-1", StartTimeEpochSeconds=started, EndTimeEpochSeconds=started + 60)
        aws.put(f"{PREFIX}json/connector-1/t-1", json.dumps(content).encode())
        graph.logs.add(ACCOUNT, PSTN, row("r-1", instant_text(CALLED)), CALLED)
        for timer in ("sqs_bridge", "graph_poller"):
            fire(collecting, timer)
        debits = until_debited(client, 2)
        assert {(each["event"]["source"], each["event"]["id"]) for each in debits} == {
            ("urn:credits:chime-cdr:connector-1", "t-1"),
            (f"urn:credits:graph-pstn:{ACCOUNT}", "r-1"),
        }
        queue.settle()
        assert (list(client.suspense()), aws.waiting()) == ([], 0)


def until_debited(client, count):
    """The debits, once there are *count*."""
    latest = monotonic() + PATIENCE
    while len(debits := [each for each in client.items(ACCOUNT, "/movements") if each["kind"] == "debit"]) < count:
        assert monotonic() < latest, debits
        sleep(PAUSE)
    return debits
