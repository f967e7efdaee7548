"""`./dev up`: the whole service until Ctrl-C."""

import argparse
import json
import shutil
import sys

from local.clock.progress import ProgressReader
from local.commands.sample_card import publish_sample_card
from local.history import make_history
from local.machine.child_processes import ChildError, first_to_end
from local.machine.machine import Machine
from local.machine.paths import SETTINGS, STATE, UP
from local.machine.ports import FIXED_PORTS, Ports
from local.machine.running_instance import AlreadyRunningError, published, state_lock


def run(arguments: list[str]) -> int:
    """Run everything; 0 after Ctrl-C or SIGTERM, 1 when something could not start or has died."""
    parser = argparse.ArgumentParser(prog="./dev up", description="The whole service until Ctrl-C.")
    parser.add_argument("--json", action="store_true", help="one line on stdout, once ready: the addresses")
    parser.add_argument("--fresh", action="store_true", help="delete the state that earlier runs have kept")
    parser.add_argument(
        "--sample", action="store_true", help="an account with a year of history; the ledger's clock moves a year ahead"
    )
    chosen = parser.parse_args(arguments)
    try:
        with state_lock(STATE):
            if chosen.fresh:
                shutil.rmtree(UP, ignore_errors=True)
            _report("starting storage, stand-ins and the service")
            return _run_until_end(Ports(FIXED_PORTS), json_wanted=chosen.json, sample_wanted=chosen.sample)
    except KeyboardInterrupt:
        return 0
    except (AlreadyRunningError, ChildError) as wrong:
        _report(str(wrong))
        return 1


def _run_until_end(ports: Ports, *, json_wanted: bool, sample_wanted: bool) -> int:
    """Run the machine, show its addresses and the clock's progress; 1 when one of its processes ends by itself."""
    with Machine.start(UP, ports=ports, sends_telemetry=True) as machine:
        publish_sample_card(machine)
        if sample_wanted:
            make_history(machine, _report)
        write_settings(machine)
        with published(STATE, machine.instance):
            for taken in ports.taken:
                _report(str(taken))
            show_addresses(machine, json_wanted=json_wanted)
            progress = ProgressReader(machine.folder / "clock-progress", _report)
            dead = first_to_end(progress.check)
            _report(f"{dead.name} has ended by itself\n{dead.last_lines()}")
            return 1


def _report(message: str) -> None:
    """Show *message* on stderr: with --json, stdout has one line."""
    print(message, file=sys.stderr, flush=True)


def write_settings(machine: Machine) -> None:
    """Write the service's settings as Core Tools read them: with them `func start` serves the same app."""
    values = {"FUNCTIONS_WORKER_RUNTIME": "python", **machine.settings}
    text = json.dumps({"IsEncrypted": False, "Values": values}, indent=2)
    (machine.folder / SETTINGS).write_text(text + "\n")


def show_addresses(machine: Machine, *, json_wanted: bool) -> None:
    """Print where everything is: one line of JSON for programs, a summary for people."""
    if json_wanted:
        print(json.dumps(addresses_of(machine)), flush=True)
        return
    from rich.console import Console  # noqa: PLC0415 - only people need it

    Console(soft_wrap=True, highlight=False).print(summary_of(machine))
    sys.stdout.flush()


def addresses_of(machine: Machine) -> dict[str, str | None]:
    """The addresses for programs (CONTRACT 4)."""
    return {
        "http": machine.http,
        "storage": machine.storage,
        "portal": machine.portal,
        "mailbox": machine.mailbox,
        "payments": machine.payments,
        "clock": machine.clock,
        "traces": machine.traces,
        "page": machine.page,
    }


def summary_of(machine: Machine) -> str:
    """The addresses and the first commands for people, the page of links first; rich's markup is in it."""
    now = machine.now()
    return f"""\
[bold]{machine.portal}[/]  is the portal: choose an account and a part to play, then see whether calls will work
[bold]{machine.page}[/]  has every link, and what to type. The service runs until Ctrl-C.

  API       {machine.http}/api/v1  (documented at {machine.http}/api/docs; rate card `default`, in USD)
  mailbox   {machine.mailbox}  (the e-mails that administrators would have received)
  payments  {machine.payments}/_control  (choose how the next charge ends)
  clock     {machine.clock}  (the ledger's time, now {now:%Y-%m-%d %H:%M} UTC)
  traces    {machine.traces}  (what was done in the last minutes, and how long it took)
  logs      {machine.folder / "logs"}
  storage   {machine.storage}

In another terminal:

  [bold]./dev account[/]                                 opens an account with 50.00 USD, prints a token for it
  [bold]./dev call --to +442079460123 --seconds 90[/]    sends a call of that account, shows what it cost
  [bold]./dev credits account list[/]                    the operator's command line
  [bold]curl -X PUT {machine.clock} -d '{{"now": "{now.year + 1}-12-31T00:00:00Z"}}'[/]    moves the clock, forward only

Your own system sends usage to the queue `usage` of that storage, one CloudEvent a message; the page has an example."""
