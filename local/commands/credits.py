"""`./dev credits`: the operator's command line on the running local service."""

import os
import sys
from pathlib import Path

from local.machine.paths import SETTINGS, STATE, UP
from local.machine.running_instance import NotRunningError, find_running_instance
from operations.commands import credits_group
from operations.output import show_failure
from operations.result import Code, Failure


def run(arguments: list[str]) -> int:
    """Run one of the operator's commands; 3 when no service runs here. Help needs no service."""
    if "--help" in arguments:
        return _command(arguments)
    try:
        find_running_instance(STATE)
    except NotRunningError as wrong:
        failure = Failure("unavailable", str(wrong), Code.UNAVAILABLE)
        show_failure(failure, is_for_programs="--json" in arguments)
        return failure.code
    return operate(UP, arguments)


def operate(folder: Path, arguments: list[str]) -> int:
    """The same on the service whose settings and clock are in *folder*."""
    from local.clock import LocalClock  # noqa: PLC0415 - help stays fast
    from operations.connections import read_file  # noqa: PLC0415 - as above
    from shared.wiring.composition import use_clock  # noqa: PLC0415 - as above

    if (folder / SETTINGS).exists():
        os.environ.update(read_file(folder / SETTINGS))
    use_clock(LocalClock(folder / "clock"))
    return _command(arguments)


def _command(arguments: list[str]) -> int:
    try:
        credits_group.main(arguments, prog_name="credits")
    except SystemExit as ended:
        return int(ended.code or 0)


if __name__ == "__main__":
    sys.exit(operate(Path(sys.argv[1]), sys.argv[2:]))
