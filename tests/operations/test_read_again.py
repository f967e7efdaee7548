"""Bytes without identity at the command line: shown as they came, read again, and what that did is said."""

import base64
import json
from uuid import uuid4

from azure.data.tables import TableServiceClient

from tests.journeys.customer import A_MINUTE


def keep_as_0_1_0_did(machine, message):
    """A row of suspense as 0.1.0 wrote it when one element of a batch could not be read."""
    name = f"20260301120000000000-bytes-{uuid4().hex}"
    row = {"PartitionKey": "items", "RowKey": name, "reason": "unreadable", "detail": "neither JSON nor base64 of JSON"}
    row |= {"receivedAt": "2026-03-01T12:00:00Z", "account": "", "source": "", "event": "", "state": "open"}
    with TableServiceClient.from_connection_string(machine.storage) as service:
        service.get_table_client("Suspense").create_entity({**row, "parts": 1, "message0": json.dumps(message)})
    return name


def test_a_batch_that_an_earlier_version_could_not_read_is_booked_by_a_replay(run, machine, customer):
    good, bad = json.dumps(customer.call("good")), f'{{"a": 1, "a": "{uuid4()}"}}'
    item = keep_as_0_1_0_did(machine, f"[{good}, {bad}]")
    done = run("suspense", "replay", item, "--json")
    [replayed] = done.value
    assert (done.code, replayed["state"]) == (1, "replayed")  # something in it waits under a name of its own
    assert {name: replayed["replay"][name] for name in ("read", "booked", "suspended")} == {
        "read": 2,
        "booked": 1,
        "suspended": 1,
    }
    assert customer.balance == 10 - A_MINUTE
    [left] = [found["id"] for found in run("suspense", "list", "--json").value if shown(run, found) == bad]
    words = run("suspense", "replay", left)
    assert (words.code, words.out.splitlines()[-1]) == (1, "0 replayed, 1 still open")
    assert customer.balance == 10 - A_MINUTE


def shown(run, item):
    return run("suspense", "show", item["id"], "--json").value["message"]


def test_bytes_that_are_no_text_are_shown_in_base64(run, customer):
    raw = b'{"id": "%b \xff"}' % uuid4().hex.encode()
    good = json.dumps(customer.call("beside it")).encode()
    customer.queue.send([base64.b64encode(b"[%b, %b]" % (raw, good)).decode()])
    customer.queue.settle()
    items = [run("suspense", "show", found["id"], "--json").value for found in run("suspense", "list", "--json").value]
    [item] = [item for item in items if "encoding" in item and base64.b64decode(item["message"]) == raw]
    assert (item["encoding"], item["reason"], item["event"]) == ("base64", "unreadable", None)
    assert customer.balance == 10 - A_MINUTE
