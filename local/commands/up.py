"""`./dev up`: the whole service until Ctrl-C."""

import argparse
import json
import shutil
import sys

from local.commands.sample_card import publish_sample_card
from local.machine.child_processes import ChildError, first_to_end
from local.machine.machine import Machine
from local.machine.paths import STATE
from local.machine.running_instance import AlreadyRunningError, RunningInstance, alone, announced
from local.machine.service_settings import AUDIENCE

FOLDER = STATE / "up"
SETTINGS = "local.settings.json"
PORT = 7071
"""Where Core Tools serve, too; another one when it is taken."""


def run(arguments: list[str]) -> int:
    """Run everything; 0 after Ctrl-C or SIGTERM, 1 when something could not start or has died."""
    parser = argparse.ArgumentParser(prog="./dev up", description="The whole service until Ctrl-C.")
    parser.add_argument("--json", action="store_true", help="one line on stdout, once ready: where everything is")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs have kept")
    chosen = parser.parse_args(arguments)
    try:
        with alone(STATE):
            if chosen.fresh:
                shutil.rmtree(FOLDER, ignore_errors=True)
            print("starting storage, stand-ins and the service", file=sys.stderr, flush=True)
            with Machine.start(FOLDER, port=PORT, is_watched=True) as machine:
                publish_sample_card(machine)
                write_settings(machine)
                with announced(STATE, RunningInstance(machine.issuer, AUDIENCE, str(machine.folder / "issuer.pem"))):
                    tell(machine, json_wanted=chosen.json)
                    dead = first_to_end()
                    print(f"{dead.name} has ended by itself\n{dead.last_lines()}", file=sys.stderr)
                    return 1
    except KeyboardInterrupt:
        return 0
    except (AlreadyRunningError, ChildError) as wrong:
        print(wrong, file=sys.stderr)
        return 1


def write_settings(machine: Machine) -> None:
    """The service's settings as Core Tools read them, for whoever has them: `func start` then serves the same app."""
    values = {"FUNCTIONS_WORKER_RUNTIME": "python", **machine.settings}
    text = json.dumps({"IsEncrypted": False, "Values": values}, indent=2)
    (machine.folder / SETTINGS).write_text(text + "\n")


def tell(machine: Machine, *, json_wanted: bool) -> None:
    """Say where everything is: one line for programs, a few for people."""
    if json_wanted:
        where = {
            "http": machine.http,
            "storage": machine.storage,
            "portal": None,
            "mailbox": machine.mailbox,
            "payments": machine.payments,
            "clock": machine.clock,
            "traces": machine.traces,
        }
        print(json.dumps(where), flush=True)
        return
    from rich.console import Console  # noqa: PLC0415 - only people need it

    say = Console(soft_wrap=True, highlight=False).print
    say("[bold]Communications Credits runs here until Ctrl-C.[/]\n")
    say(f"  service   {machine.http}/api/v1  (the rate card `default` is published, in USD)")
    say(f"  mailbox   {machine.mailbox}/messages  (the e-mails that administrators got)")
    say(f"  payments  {machine.payments}/_control  (choose what becomes of the next charge)")
    say(f"  clock     {machine.clock}  (the ledger's time)")
    say(f"  traces    {machine.traces}  (what was done in the last minutes, and how long it took)")
    say(f"  logs      {machine.folder / 'logs'}\n")
    say("Try, in another terminal:\n")
    say("  ./dev token --account 11111111-1111-4111-8111-111111111111 --role Credits.Operate | tail -n 1")
    say(f"""  curl -X PUT {machine.clock} -d '{{"now": "{machine.now().year + 1}-12-31T00:00:00Z"}}'""")
