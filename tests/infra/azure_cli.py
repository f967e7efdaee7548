"""A fake `az` with prepared answers; records every command and the service's variables. A message for a queue goes into
local storage.
"""

import json
import os
import sys
from pathlib import Path

folder = Path(os.environ["FAKE_AZ"])
arguments = sys.argv[1:]
piped = sys.stdin.read() if "/dev/stdin" in arguments else ""
with (folder / "commands.jsonl").open("a") as kept:
    given = {name: value for name, value in os.environ.items() if name.startswith("CREDITS_")}
    kept.write(json.dumps({"arguments": arguments, "piped": piped, "given": given}) + "\n")
answers = json.loads((folder / "answers.json").read_text())
if arguments[:3] == ["storage", "message", "put"]:
    from azure.storage.queue import QueueClient

    name, content = (arguments[arguments.index(option) + 1] for option in ("--queue-name", "--content"))
    with QueueClient.from_connection_string(answers["storage"], name, api_version="2025-11-05") as queue:
        queue.send_message(content)
    sys.exit(0)
known = [words for words in answers["said"] if " ".join(arguments).startswith(words)]
if not known:
    sys.exit(f"az {' '.join(arguments)}: not expected")
if "none" not in arguments:
    sys.stdout.write(answers["said"][max(known, key=len)] + "\n")
