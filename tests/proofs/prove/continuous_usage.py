"""`python -m tests.proofs.prove.continuous_usage FOLDER`: a machine on kept state that sends usage until it is ended.

Standard input is a JSON list of messages. Standard output begins with how many messages were still waiting at the
start; each further line says how many have been sent since.
"""

import json
import signal
import sys
from pathlib import Path

from local.machine.machine import Machine
from tests.proofs.prove.host_faults import SHORT_LEASE
from tests.proofs.prove.usage_queue import UsageQueue

AT_ONCE = 12
"""Messages between two lines: they are sent faster than the host works, so that it always has something in hand."""


def main() -> None:
    """Start, send, and wait for the end; Ctrl-C leaves through the `with` blocks, as in `./dev up`."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    texts = json.load(sys.stdin)
    with Machine.start(Path(sys.argv[1]), settings=SHORT_LEASE) as machine, UsageQueue(machine) as queue:
        print(queue.waiting("usage"), flush=True)
        for start in range(0, len(texts), AT_ONCE):
            queue.send(texts[start : start + AT_ONCE])
            print(queue.sent, flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
