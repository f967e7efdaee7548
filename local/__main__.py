"""`./dev`: one table of commands. A command's module is imported only when the command runs."""

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
    """A command: its name, the module with its `run(arguments) -> int`, and a line of help."""

    name: str
    module: str
    help: str


COMMANDS = (
    Command("demo", "local.demo", "run the main scenario through queues and HTTP, and audit the result"),
    Command("test", "local.commands.test", "run everything that CI runs: the checks and all tests"),
    Command("up", "local.commands.up", "run the whole service until Ctrl-C"),
    Command("account", "local.commands.account", "open an account with credit in it, on the running local service"),
    Command("call", "local.commands.call", "report a call to the running local service, and show what it cost"),
    Command("token", "local.commands.token", "print a bearer token for the running local service"),
    Command("credits", "local.commands.credits", "run the operator's command line on the running local service"),
    Command("prove", "tests.proofs.prove", "list the claims about the service, or test one at full size"),
    Command("bench", "tests.proofs.bench", "measure ratios: baseline and subject in one run"),
    Command(
        "mutants", "tests.proofs.mutants", "break the code in one place at a time, and report what no test notices"
    ),
    Command("check", "local.commands.check", "run the checks: lint, types, import rules and the infrastructure"),
    Command("package", "local.package", "build the deployable zip"),
    Command(
        "costs", "local.infra.costs", "compute what Azure costs, idle and for a million calls, from infra/prices.json"
    ),
    Command("vendor", "local.vendor", "fetch the portal's libraries from npm again, as its lock file lists them"),
    Command("lock", "local.commands.lock", "compile the locked requirements again"),
)


def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Leave through the `with` blocks, so that every child process is ended and waited for."""
    raise KeyboardInterrupt


def handle_signals() -> None:
    """Let Ctrl-C, `kill` and a closed terminal end a command in the same way.

    SIGINT is set too: a shell starts background jobs with it ignored.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def main(arguments: list[str]) -> int:
    """Run one command; its exit code, or 130 when it was interrupted."""
    available = {command.name: command for command in COMMANDS if find_spec(command.module)}
    rows = "\n".join(f"  {command.name:<9}{command.help}" for command in available.values())
    parser = argparse.ArgumentParser(
        prog="./dev",
        usage="./dev COMMAND [OPTION ...]",
        description=f"commands:\n{rows}\n\n`./dev COMMAND --help` shows a command's options.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=available, metavar="COMMAND", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments or ["--help"])
    handle_signals()
    try:
        code: int = importlib.import_module(available[chosen.command].module).run(chosen.rest)
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
