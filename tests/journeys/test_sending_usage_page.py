"""docs/sending-usage.md: its event is valid, its program sends it, its reasons are those of the service."""

import json
import os
import re
import subprocess
import sys

from jsonschema import Draft202012Validator

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


def test_the_program_sends_the_event_and_it_is_booked(machine, customer, queue):
    shown, program = blocks("sending-usage.md")
    event = json.loads(shown.text)
    event["data"] |= {"account": customer.account, "startedAt": machine.now().isoformat()}
    environment = {**os.environ, "EVENT": json.dumps(event), "CREDITS_STORAGE": machine.storage}
    subprocess.run([sys.executable, "-c", program.text], env=environment, check=True, timeout=60)
    queue.settle()
    (debit,) = customer.items("/movements?kind=debit")
    assert debit["event"] == {"source": event["source"], "id": event["id"]}
    assert debit["explanation"]["destination"] == "United Kingdom - London"
