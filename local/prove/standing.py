"""`python -m local.prove.standing FOLDER`: a machine on kept state that sends usage until it is ended from outside.

Standard input is a JSON list of messages. Each line of standard output says how many have been sent.
"""

import json
import signal
import sys
from pathlib import Path

from local.machine.machine import Machine
from local.prove.disturbing import SHORT_LEASE
from local.prove.usage_queue import UsageQueue


def main() -> None:
    """Start, send, and wait for the end; Ctrl-C leaves through the `with` blocks, as in `./dev up`."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    texts = json.load(sys.stdin)
    with Machine.start(Path(sys.argv[1]), settings=SHORT_LEASE) as machine, UsageQueue(machine) as queue:
        for number, text in enumerate(texts, start=1):
            queue.send([text])
            print(number, flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
