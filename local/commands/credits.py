"""`./dev credits`: the operator's command line on the running local service."""

import os
import sys
from pathlib import Path

from local.clock import LocalClock
from local.commands.up import FOLDER, SETTINGS
from local.machine.places import STATE
from local.machine.running import NotRunningError, find
from operations.commands import credits_group
from operations.connecting import read_file
from shared.wiring import keep_time_with


def run(arguments: list[str]) -> int:
    """Run one of the operator's commands; 3 when no service runs here."""
    if "--help" not in arguments:
        try:
            find(STATE)
        except NotRunningError as wrong:
            print(wrong, file=sys.stderr)
            return 3
    return operate(FOLDER, arguments)


def operate(folder: Path, arguments: list[str]) -> int:
    """The same on the service whose things lie in *folder*; its clock is the ledger's."""
    if (folder / SETTINGS).exists():
        os.environ.update(read_file(folder / SETTINGS))
    keep_time_with(LocalClock(folder / "clock"))
    try:
        credits_group.main(arguments, prog_name="credits")
    except SystemExit as ended:
        return int(ended.code or 0)


if __name__ == "__main__":
    sys.exit(operate(Path(sys.argv[1]), sys.argv[2:]))
