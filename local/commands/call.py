"""`./dev call`: reports a finished call through the queue `usage`, and shows what became of it."""

import argparse
import asyncio
import json
import sys
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
from azure.core.exceptions import AzureError

from local.commands.account_id import account_argument
from local.commands.call_outcome import Booked, Suspended, show, wait_for_outcome
from local.commands.roles import OPERATE
from local.commands.sample_card import OPERATOR
from local.demo.delivery import USAGE, messages_in, send_all
from local.machine.paths import STATE
from local.machine.running_instance import NotRunningError, RunningInstance, find_running_instance
from local.machine.service_client import Json, NoAnswerError, RefusedError, ServiceClient
from operations.plural import count_of
from shared.kernel.times import instant_text, parse_instant

SOURCE = "urn:credits:dev-call"
USER = "dev"
WAIT_SECONDS = 30
ROLES = ("Credits.Read", OPERATE)


class NoOutcomeError(Exception):
    """The message cannot be sent, or its outcome is not known; the message of this error says why."""


def run(arguments: list[str]) -> int:
    """Send one usage event; 0 when it is booked, 1 when it is in suspense or its outcome is not known."""
    chosen = _parser().parse_args(arguments)
    try:
        running = find_running_instance(STATE)
        account = chosen.account or newest_account(running)
        event = event_of(chosen, account, _now(running))
        outcome = send_and_wait(running, account, event, chosen.wait)
    except (NotRunningError, NoOutcomeError, NoAnswerError, RefusedError, AzureError, httpx.HTTPError) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    show(outcome)
    return 0 if isinstance(outcome, Booked) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./dev call", description="Report one finished call to the running local service, and show its outcome."
    )
    parser.add_argument("--to", required=True, metavar="NUMBER", help="the called number, such as +442079460123")
    parser.add_argument("--seconds", required=True, type=_seconds, metavar="N", help="how long it was answered")
    parser.add_argument(
        "--account", type=account_argument, metavar="GUID", help="the account that made the call; by default the newest"
    )
    parser.add_argument("--from", dest="calling", metavar="NUMBER", help="the calling number")
    parser.add_argument(
        "--wait", type=_seconds, default=WAIT_SECONDS, metavar="N", help=f"seconds to wait (default {WAIT_SECONDS})"
    )
    return parser


def _seconds(text: str) -> int:
    """A whole number from 0; argparse shows the message when *text* is not one."""
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of seconds")
    return int(text)


def newest_account(running: RunningInstance) -> str:
    """The account that was opened last; NoOutcomeError when there is none."""
    with ServiceClient(running, OPERATOR, ROLES) as service:
        newest = max(service.items("/accounts"), key=lambda account: parse_instant(account["openedAt"]), default=None)
    if newest is None:
        raise NoOutcomeError("there is no account yet: open one with ./dev account, or name one with --account")
    return str(newest["account"])


def event_of(chosen: argparse.Namespace, account: str, now: datetime) -> Json:
    """The event of a call that has just ended (CONTRACT 1)."""
    data = {
        "account": account,
        "user": USER,
        "direction": "out",
        "service": "user",
        "called": chosen.to,
        "startedAt": instant_text(now - timedelta(seconds=chosen.seconds)),
        "durationSeconds": chosen.seconds,
        **({"calling": chosen.calling} if chosen.calling else {}),
    }
    return {
        "specversion": "1.0",
        "type": "credits.usage.call.v1",
        "source": SOURCE,
        "id": str(uuid4()),
        "time": instant_text(now),
        "data": data,
    }


def send_and_wait(running: RunningInstance, account: str, event: Json, seconds: float) -> Booked | Suspended:
    """What became of *event*; NoOutcomeError when that is not known within *seconds*."""
    call = event["data"]
    print(f"call      to {call['called']}, {call['durationSeconds']} s, by account {account}", flush=True)
    asyncio.run(send_all(running.storage, [json.dumps(event)]))
    with ServiceClient(running, account, ROLES) as service:
        outcome = wait_for_outcome(service, event["id"], seconds)
    if outcome is None:
        raise NoOutcomeError(_without_outcome(running, seconds))
    return outcome


def _without_outcome(running: RunningInstance, seconds: float) -> str:
    """What is known of a message that was neither booked nor suspended in time."""
    counts = asyncio.run(messages_in(running.storage, (USAGE, f"{USAGE}-poison")))
    waiting = ", ".join(f"{count_of(count, 'message')} in the queue {name}" for name, count in counts.items())
    return (
        f"the call is neither booked nor in suspense after {seconds:.0f} s: {waiting}.\n"
        f"The service's log is in {running.logs}; --wait N waits longer."
    )


def _now(running: RunningInstance) -> datetime:
    """The ledger's time, in whole seconds."""
    answer = httpx.get(running.clock, trust_env=False, verify=False).raise_for_status()
    return parse_instant(answer.json()["now"]).replace(microsecond=0)
