"""`python -m tests.proofs.prove.continuous_usage FOLDER`: a machine on stored state; sends usage until it is stopped.

Standard input is a JSON list of messages. The first line of standard output is the number of messages that were
already waiting at the start. Each further line is the number sent since then.
"""

import json
import signal
import sys
from pathlib import Path

from local.machine.machine import Machine
from tests.proofs.prove.host_faults import SHORT_LEASE
from tests.proofs.prove.usage_queue import UsageQueue

AT_ONCE = 12
"""Messages per line of output. They are sent faster than the host works, so that it always has work in progress."""


def main() -> None:
    """Start, send, and wait for a signal; Ctrl-C exits through the `with` blocks, as in `./dev up`."""
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
