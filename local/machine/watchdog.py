"""Ends the process groups that its parent leaves behind. `child_processes` runs it as a script; standard library only.

A line of standard input is `+123` when process group 123 starts and `-123` when it has ended. The end of the input
means that the parent has ended, in any way. Then every remaining group gets SIGTERM, and SIGKILL a while later.
"""

import os
import signal
import sys
import time

GRACE_SECONDS = 15.0
POLL_SECONDS = 0.05


def send(group: int, number: int) -> bool:
    """Signal a process group; False when it no longer exists."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    """Read the parent's lines to their end, then end its groups."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line.startswith("+") else groups.discard)(int(line[1:]))
    for group in groups:
        send(group, signal.SIGCONT)
        send(group, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while any(send(group, 0) for group in groups) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    for group in groups:
        send(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
