"""docs/sending-usage.md: its event is valid, its program sends it, its reasons are those of the service."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from azure.storage.queue import QueueSasPermissions, generate_queue_sas
from jsonschema import Draft202012Validator

from local.clock import real_now
from shared.interface.usage_schema import usage_schema
from shared.ports import SUSPENSE_REASONS
from shared.use_cases.usage.call import Call
from tests.journeys.page_blocks import DOCS, blocks


def test_the_event_matches_the_schema_and_the_table_has_every_field():
    event = json.loads(blocks("sending-usage.md")[0].text)
    Draft202012Validator(usage_schema()).validate(event)
    page = (DOCS / "sending-usage.md").read_text()
    assert {name for name in Call.model_fields if f"`data.{name}`" not in page} == set()


def test_every_reason_is_explained_and_no_other():
    reasons = re.findall(
        r"^\| `(\w+)` \|", (DOCS / "sending-usage.md").read_text().split("| reason |")[1], re.MULTILINE
    )
    assert sorted(reasons) == sorted(SUSPENSE_REASONS)


def address_to_add(connection):
    """What docs/authorising-calls.md makes: an address that allows nothing but adding messages."""
    storage = dict(part.split("=", 1) for part in connection.split(";") if part)
    expiry = real_now() + timedelta(hours=1)
    may_add = QueueSasPermissions(add=True)
    sas = generate_queue_sas(storage["AccountName"], "usage", storage["AccountKey"], may_add, expiry)
    return f"{storage['QueueEndpoint']}/usage/messages?messagettl=-1&{sas}"


PROGRAMS = {"python": [sys.executable, "-c"], "javascript": ["node", "--input-type=module", "-e"]}


@pytest.mark.parametrize("language", PROGRAMS)
def test_the_program_sends_the_event_and_it_is_booked(machine, customer, queue, language):
    event = json.loads(blocks("sending-usage.md")[0].text)
    event["data"] |= {"account": customer.account, "startedAt": machine.now().isoformat()}
    (program,) = [block.text for block in blocks("sending-usage.md") if block.language == language]
    storage = {"CREDITS_STORAGE": machine.storage, "CREDITS_QUEUE": address_to_add(machine.storage)}
    environment = {**os.environ, "EVENT": json.dumps(event), **storage}
    subprocess.run([*PROGRAMS[language], program], env=environment, check=True, timeout=60)
    queue.settle()
    (debit,) = customer.items("/movements?kind=debit")
    assert debit["event"] == {"source": event["source"], "id": event["id"]}
    assert debit["explanation"]["destination"] == "United Kingdom - London"
