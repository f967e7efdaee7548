"""Ends what its parent leaves behind. Run as a script by `children`; standard library only.

Standard input says `+123` when process group 123 starts and `-123` when it has ended. When the input ends, the parent
is gone, however it went: SIGTERM for every group that is left, SIGKILL a while later.
"""

import os
import signal
import sys
import time

GRACE = 15.0
LOOK = 0.05


def send(group: int, number: int) -> bool:
    """Signal a process group; False when there is none any more."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    """Follow the parent's words to their end, then end its groups."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line.startswith("+") else groups.discard)(int(line[1:]))
    for group in groups:
        send(group, signal.SIGCONT)
        send(group, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while any(send(group, 0) for group in groups) and time.monotonic() < deadline:
        time.sleep(LOOK)
    for group in groups:
        send(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
