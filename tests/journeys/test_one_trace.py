"""One trace from the call in the queue to the e-mail about it, and the metrics of the same effects."""

from time import monotonic, sleep

import httpx
import pytest

from local.commands.sample_card import publish_sample_card
from local.machine.machine import Machine
from tests.journeys.customer import Customer
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

PATIENCE = 30.0
SWITCH = "4bf92f3577b34da6a3ce929d0e0e4736"
"""The trace context sent by the telephone switch."""

EVERY_SECOND = {"QueueMeasuring__schedule": "* * * * * *"}


@pytest.fixture(scope="module")
def watched():
    """A recharged customer on a machine with traces, whose payment provider sends no webhooks."""
    with Machine.start(None, sends_telemetry=True, settings=EVERY_SECOND) as machine:
        publish_sample_card(machine)
        with HttpClient(machine) as portal, UsageQueue(machine) as queue:
            customer = Customer(machine, portal, queue)
            portal.open(customer.account)
            customer.change(
                "/administrators", [{"address": customer.administrator, "roles": ["Billing Administrator"]}]
            )
            customer.bank("webhooks", mode="drop")
            customer.buy(50, "first")
            customer.arm(trigger=40, amount=50)
            customer.report(
                {**customer.call("crossing", minutes=900), "traceparent": f"00-{SWITCH}-00f067aa0ba902b7-01"}
            )
            assert customer.emails == ["Communications Credits: recharged with $50.00"]
            yield customer


def reported(customer, what):
    return httpx.get(f"{customer.machine.traces}/{what}", trust_env=False, verify=False).json()


def until(look):
    """The first non-empty result of *look*, because spans and metrics arrive later."""
    deadline = monotonic() + PATIENCE
    while not (found := look()):
        assert monotonic() < deadline, "it was never told"
        sleep(0.05)
    return found


def trace_of(customer):
    """The switch's trace, as soon as it contains the e-mail."""

    def look():
        spans = [span for trace in reported(customer, "traces") if trace["trace"] == SWITCH for span in trace["spans"]]
        return spans if any(span["name"] == "e-mail" for span in spans) else None

    return until(look)


def test_one_trace_leads_from_the_call_to_the_email(watched):
    spans = {span["span"]: span for span in trace_of(watched)}
    email = next(span for span in spans.values() if span["name"] == "e-mail")
    way = [email]
    while way[-1]["parent"] in spans:
        way.append(spans[way[-1]["parent"]])
    assert [span["name"] for span in reversed(way)] == ["usage", "commit", "payment", "commit", "e-mail"]
    assert way[-1]["parent"] == "00f067aa0ba902b7"
    starts = [span["start"] for span in reversed(way)]
    assert starts == sorted(starts)


def test_effects_and_waiting_work_are_metrics(watched):
    queues = [name + ending for name in ("usage", "recharges", "notices", "wakeups") for ending in ("", "-poison")]
    wanted: dict[tuple[str, ...], float] = {
        ("credits.debits",): 1,
        ("credits.recharges", "succeeded"): 1,
        ("credits.emails", "sent"): 1,
        ("credits.suspense.open",): 0,
        **{("credits.queue.oldest_age", queue): 0 for queue in queues},
        **{("credits.queue.messages", queue): 0 for queue in queues},
    }

    def missing():
        told_now: dict[tuple[str, ...], float] = {
            (metric["name"], *metric["attributes"].values()): metric["value"] for metric in reported(watched, "metrics")
        }
        return {name: told_now.get(name) for name, value in wanted.items() if told_now.get(name) != value}

    until(lambda: not missing())


def test_a_request_continues_its_callers_trace_and_records_its_outcome(watched):
    headers = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    watched.portal.send("GET", f"/accounts/{watched.account}", ("Credits.Read",), headers=headers)

    def look():
        return [trace for trace in reported(watched, "traces") if trace["trace"] == "0af7651916cd43dd8448eb211c80319c"]

    (request,) = until(look)[0]["spans"]
    assert (request["name"], request["kind"], request["parent"]) == ("read_account", "server", "b7ad6b7169203331")
    assert request["attributes"]["http.response.status_code"] == 404  # another tenant
