"""docs/usage-files.md: its commands work on the running service, and it explains what the readers do."""

import json
import re
import subprocess

import pytest

from shared.readers.formats import FORMATS
from shared.readers.row import IGNORED_REASONS
from shared.use_cases.usage.source_profile import SourceProfile
from tests.journeys.page_blocks import DOCS, blocks
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.sent_files import FileSender

PAGE = "usage-files.md"
TITLES = "id,direction,service,called,user,startedAt,durationSeconds"


def rows(heading):
    """The first column of the table after *heading*."""
    section = (DOCS / PAGE).read_text().split(heading)[1]
    return re.findall(r"^\| `([\w-]+)` \|", section.split("\n## ")[0], re.MULTILINE)


def test_every_format_reason_and_field_is_explained_and_no_other():
    assert rows("## Formats") == list(FORMATS)
    assert sorted(rows("## Records that are not booked")) == sorted(IGNORED_REASONS)
    assert rows("## Profiles") == list(SourceProfile.model_fields)


@pytest.fixture
def sender(machine):
    with HttpClient(machine) as client:
        yield FileSender(client)


def test_the_file_is_sent_with_the_pages_command(machine, customer, sender, tmp_path):
    start = machine.now().isoformat()
    (tmp_path / "calls.csv").write_text(f"{TITLES}\nc-1,out,user,+442079460123,ann,{start},60\n")
    shell = [block.text for block in blocks(PAGE) if block.language == "sh"]
    send = shell[0].split("\n", 1)[1]
    token = machine.token(customer.account, "Usage.Send")
    environment = {"TOKEN": token, "HTTP": machine.http, "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["sh", "-c", send], cwd=tmp_path, env=environment, capture_output=True, check=True, text=True, timeout=60
    )
    shown = sender.ended(json.loads(done.stdout)["receipt"])
    assert sender.counts(shown) == {"state": "done", "read": 1, "booked": 1}
    shown_on_page = json.loads(next(block.text for block in blocks(PAGE) if block.language == "json"))
    assert set(shown_on_page) <= set(shown)


def test_the_profile_and_the_events_of_the_page_are_valid():
    profile = re.findall(r"-d '(\{.*\})'", (DOCS / PAGE).read_text())
    assert SourceProfile.model_validate(json.loads(profile[0])).format == "asterisk-csv"
    types = [json.loads(block.text).get("type") for block in blocks(PAGE) if block.language == "json"]
    assert types == [None, "credits.usage.file.v1", "credits.usage.records.v1"]


def test_an_export_is_compared_with_the_pages_command(machine, customer, tmp_path):
    customer.report(customer.call("a"), customer.call("b"))
    start = "2026-03-15T11:00:00Z"
    (tmp_path / "calls.csv").write_text(f"{TITLES}\nc-1,out,user,+442079460123,ann,{start},60\n")
    [compare] = [block.text for block in blocks(PAGE) if "/reconciliations" in block.text]
    environment = {
        "TOKEN": machine.token(customer.account, "Credits.Operate"),
        "HTTP": machine.http,
        "ACCOUNT": customer.account,
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        ["sh", "-c", compare.split("\n", 1)[1]],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    customer.queue.settle()
    path = f"/accounts/{customer.account}/reconciliations/{json.loads(done.stdout)['id']}"
    shown = customer.portal.operate("GET", path).raise_for_status().json()
    assert (shown["state"], shown["counts"]) == ("done", {"missing_here": 1})
    sheet = customer.portal.operate("GET", f"{path}.xlsx")
    assert (sheet.status_code, sheet.content[:2]) == (200, b"PK")
    assert customer.portal.tenant("GET", customer.account, path.partition(customer.account)[2]).status_code == 403
