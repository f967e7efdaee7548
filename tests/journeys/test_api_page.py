"""docs/api.md: every block is run as it stands, and every answer is the one that is shown."""

import json
import os
import shutil
import subprocess

import pytest

from tests.journeys.page_blocks import blocks, missing
from tests.tenant import call

ACCOUNT = "0b5f4c1e-7d2a-4f6b-9c3d-1a2b3c4d5e6f"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_ten_calls_of_a_first_day(machine, queue):
    (tokens, *commands) = blocks("api.md")
    assert tokens.language == "sh"
    assert f"export ACCOUNT={ACCOUNT}" in tokens.text
    environment = {
        **os.environ,
        "BASE": f"{machine.http}/api/v1",
        "ACCOUNT": ACCOUNT,
        "OPERATOR": machine.token(ACCOUNT, "Credits.Operate"),
        "TELEPHONY": machine.token(ACCOUNT, "Calls.Authorise"),
        "TOKEN": machine.token(ACCOUNT, "Credits.Read", "Credits.Manage"),
    }
    pairs = list(zip(commands[::2], commands[1::2], strict=True))
    assert len(pairs) == 16
    for asked, shown in pairs:
        assert (asked.language, shown.language) == ("sh", "json")
        if "/balance" in asked.text:
            started = machine.now().isoformat()
            queue.send([json.dumps(call("first-day", 90, account=ACCOUNT, startedAt=started))])
            queue.settle()
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", asked.text], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (asked.text, done.stdout, done.stderr)
        assert missing(json.loads(shown.text), json.loads(done.stdout)) == [], asked.text
        if "/dev/stderr" in asked.text:
            assert "idempotent-replayed: true" in done.stderr.lower()
