"""`./dev`: one table of commands. A command's module is imported when it is used, and listed when it is there."""

import argparse
import importlib
import signal
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from types import FrameType
from typing import NoReturn


@dataclass(frozen=True, slots=True)
class Command:
    """A name on the command line, the module whose `run(arguments) -> int` it is, and what it does."""

    name: str
    module: str
    does: str


COMMANDS = (
    Command("demo", "local.demo", "run the main job through queues and HTTP, and audit what came of it"),
    Command("test", "local.commands.test", "everything that CI runs, lint and types included"),
    Command("up", "local.commands.up", "the whole service, until Ctrl-C"),
    Command("token", "local.commands.token", "a bearer token for the running local service"),
    Command("credits", "local.commands.credits", "the operator's command line, on the running local service"),
    Command("prove", "tests.proofs.prove", "list the claims, or try one at full size"),
    Command("bench", "tests.proofs.bench", "ratios, side by side in one run"),
    Command("mutants", "tests.proofs.mutants", "break the code in one place at a time: do the tests notice?"),
    Command("check", "local.commands.check", "lint and types"),
    Command("package", "local.package", "the deployable zip"),
    Command("costs", "local.infra.costs", "what Azure costs, idle and per million calls, from infra/prices.json"),
    Command("lock", "local.commands.lock", "compile the locked requirements again"),
)


def end(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Leave through the `with` blocks, so that every child process is ended and waited for."""
    raise KeyboardInterrupt


def listen_for_the_end() -> None:
    """Ctrl-C, `kill` and a closed terminal all end a command the same way.

    SIGINT is set too: a shell starts background jobs with it ignored.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def main(arguments: list[str]) -> int:
    """Run one command; its exit code, or 130 when it was interrupted."""
    there = {command.name: command for command in COMMANDS if find_spec(command.module)}
    rows = "\n".join(f"  {command.name:<9}{command.does}" for command in there.values())
    parser = argparse.ArgumentParser(
        prog="./dev",
        usage="./dev COMMAND [OPTION ...]",
        description=f"commands:\n{rows}\n\n`./dev COMMAND --help` tells a command's options.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=there, metavar="COMMAND", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments or ["--help"])
    listen_for_the_end()
    try:
        code: int = importlib.import_module(there[chosen.command].module).run(chosen.rest)
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
