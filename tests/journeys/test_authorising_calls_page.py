"""docs/authorising-calls.md: every block is run as it stands, and every answer is the one that is shown."""

import json
import os
import re
import shutil
import subprocess
import sys
from typing import get_args

import pytest

from shared.interface.answers.calls import Authorisation
from tests.journeys.page_blocks import DOCS, blocks, missing

ACCOUNT = "6a1e0c52-93b7-4f0e-8d55-2f7c41a9be10"
SECONDS = re.compile(r'"(validSeconds|reauthoriseSeconds)": (\d+)')


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_a_call_is_authorised_extended_reported_and_released(machine, queue):
    (tokens, *commands) = blocks("authorising-calls.md")
    assert f"export ACCOUNT={ACCOUNT}" in tokens.text
    [program] = [block for block in commands if block.language == "python"]
    commands.remove(program)
    environment = {
        **os.environ,
        "BASE": f"{machine.http}/api/v1",
        "ACCOUNT": ACCOUNT,
        "OPERATOR": machine.token(ACCOUNT, "Credits.Operate"),
        "TOKEN": machine.token(ACCOUNT, "Credits.Read", "Calls.Authorise"),
        "STARTED": machine.now().isoformat(timespec="seconds"),
        "CREDITS_STORAGE": machine.storage,
    }
    environment["QUEUE"] = run([sys.executable, "-c", program.text], environment).strip()
    pairs = list(zip(commands[::2], commands[1::2], strict=True))
    assert len(pairs) == 10
    for asked, shown in pairs:
        assert (asked.language, shown.language) == ("sh", "json")
        if "/balance" in asked.text:
            queue.settle()
        answer = json.loads(run(["bash", "-euo", "pipefail", "-c", asked.text], environment))
        assert missing(without_seconds(shown.text, answer), answer) == [], asked.text


def run(command, environment):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def without_seconds(text, answer):
    """What the page shows, with the seconds until an instant as they were answered: those of the page or fewer."""
    shown = json.loads(text)
    for name, seconds in SECONDS.findall(text):
        assert answer[name] <= int(seconds)
        shown[name] = answer[name]
    return shown


def test_every_reason_is_explained_and_no_other():
    table = (DOCS / "authorising-calls.md").read_text().split('| `reason` of a "no"')[1].split("\n\n")[0]
    explained = {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    kinds = Authorisation.model_fields["reason"].annotation
    reasons = {name for kind in get_args(kinds) for name in get_args(kind)}
    assert explained == reasons
