"""`./dev demo`: the main scenario in chapters. Every figure that it shows is read back from the service."""

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from random import Random
from uuid import UUID

import httpx

from local.clock import real_now
from local.clock.errors import NotIdleError
from local.commands.sample_card import SAMPLE, publish_sample_card
from local.demo.calls import midnight_before
from local.demo.chapters import calls_in_progress, declined_card, first_credit, usage, zero_and_expiry
from local.demo.chapters.first_credit import PurchaseError
from local.demo.clients import AUTHORISE, ROLES, StandIns
from local.demo.console import DemoConsole, status
from local.demo.context import DemoContext
from local.demo.independent_rating import PublishedCard
from local.demo.plan import CALLS_MIN, NoPlanError, make_plan
from local.demo.verdict import show_verdict
from local.machine.child_processes import ChildError
from local.machine.machine import Machine
from local.machine.service_client import NoAnswerError, RefusedError, ServiceClient

CALLS, SEED = 1000, 1

CHAPTERS = (
    first_credit.open_account,
    first_credit.buy_and_switch_on_auto_recharge,
    usage.calls_arrive,
    usage.unbookable_is_in_suspense,
    declined_card.no_funds_for_an_hour,
    declined_card.card_expires,
    zero_and_expiry.runs_to_zero,
    zero_and_expiry.buys_again,
    calls_in_progress.asks_before_each_call,
    calls_in_progress.included_minutes_run_out,
    calls_in_progress.money_ends,
    calls_in_progress.at_zero,
    zero_and_expiry.a_year_passes,
    show_verdict,
)

NEXT = (
    ("README.md", "what the service is and how it is built"),
    ("./dev up --sample", "the portal with a year of history; its address is the first line: sign in, click Add funds"),
    ("./dev up", "the same service for your own calls"),
    ("./dev prove", "the claims, each tested at full size"),
    ("./dev demo --calls 5000 --seed 2", "another run, with other calls"),
)


class DifferenceError(Exception):
    """The service and the demo's own books differ."""


FAILURES = (
    *(ChildError, DifferenceError, NoPlanError, NotIdleError),
    *(NoAnswerError, PurchaseError, RefusedError, httpx.HTTPError),
)
"""They end the demo with their message; anything else is an error of the demo, with a traceback."""


def run(arguments: list[str]) -> int:
    """Run the demo; 0 when every figure is as expected and the audit finds nothing, else 1."""
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument(
        "--calls", type=number_of_calls, default=CALLS, metavar="N", help=f"how many calls (default {CALLS})"
    )
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help="another seed, other calls")
    chosen = parser.parse_args(arguments)
    try:
        run_chapters(chosen.calls, chosen.seed)
    except FAILURES as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return 0


def run_chapters(calls: int, seed: int) -> None:
    """Start everything, run every chapter, and print what to do next. DifferenceError when a claim is false."""
    card = PublishedCard(SAMPLE)
    plan = make_plan(calls, seed, card, midnight_before(real_now()))
    random = Random(f"{seed}.delivery")
    account, fabrikam = (str(UUID(int=random.getrandbits(128), version=4)) for _ in range(2))
    with ExitStack() as stack:
        with status("starting storage, stand-ins and the service"):
            machine = stack.enter_context(Machine.start(None))
            publish_sample_card(machine)
        service = stack.enter_context(ServiceClient(machine.instance, account, ROLES))
        asking = stack.enter_context(ServiceClient(machine.instance, fabrikam, (*ROLES, AUTHORISE)))
        stand_ins = stack.enter_context(closing(StandIns(machine)))
        context = DemoContext(machine, service, asking, stand_ins, plan, card, DemoConsole(), random)
        for chapter in CHAPTERS:
            _run_chapter(chapter, context)
        if context.claims.broken:
            raise DifferenceError(context.claims.verdict())
        show_next_steps(context)


def _run_chapter(chapter: Callable[[DemoContext], None], context: DemoContext) -> None:
    """Run one chapter. If it cannot be finished, the differences found before it are the likely cause."""
    try:
        chapter(context)
    except (LookupError, TypeError, ValueError, PurchaseError, RefusedError) as wrong:
        if not context.claims.broken:
            raise
        raise DifferenceError(f"{context.claims.verdict()}\nThen the demo could not continue: {wrong!r}") from wrong


def show_next_steps(context: DemoContext) -> None:
    """Print what to read and run next."""
    context.console.heading(f"All {len(context.claims.made)} claims are true. What to do next")
    for command, what in NEXT:
        context.console.paragraph(f"{command:<36}{what}")


def number_of_calls(text: str) -> int:
    """A number of calls; argparse shows the message when it is none, or too small."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of calls")
    if int(text) < CALLS_MIN:
        raise argparse.ArgumentTypeError(f"the demo needs at least {CALLS_MIN} calls")
    return int(text)
