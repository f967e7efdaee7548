"""`./dev demo`: the main job, told chapter by chapter, with every figure read back from the service."""

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from random import Random
from uuid import UUID

import httpx

from local.clock import real_now
from local.clock.idle import NotIdleError
from local.commands.sample_card import SAMPLE, publish_sample_card
from local.demo.calls import midnight_before
from local.demo.chapters import declined_card, first_credit, usage, zero_and_expiry
from local.demo.clients import RefusedError, Service, StandIns
from local.demo.console import DemoConsole, meanwhile
from local.demo.context import DemoContext
from local.demo.independent_rating import PublishedCard
from local.demo.plan import CALLS_MIN, NoPlanError, plan_story
from local.demo.verdict import check_verdict
from local.machine.child_processes import ChildError
from local.machine.machine import Machine

CALLS, SEED = 1000, 1

CHAPTERS = (
    first_credit.open_account,
    first_credit.buy_and_arm,
    usage.calls_arrive,
    usage.rest_is_kept,
    declined_card.no_funds_for_an_hour,
    declined_card.card_expires,
    zero_and_expiry.runs_to_zero,
    zero_and_expiry.buys_again,
    zero_and_expiry.a_year_passes,
    check_verdict,
)

NEXT = (
    ("README.md", "what this is and how it is built"),
    ("./dev up", "the same service for your own calls"),
    ("./dev prove", "what is claimed, tried at full size"),
    ("./dev demo --calls 5000 --seed 2", "another story"),
)


class DifferenceError(Exception):
    """The service and the demo's own books differ."""


def run(arguments: list[str]) -> int:
    """Tell the story; 0 when every figure is as expected and the audit finds nothing, else 1."""
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument(
        "--calls", type=number_of_calls, default=CALLS, metavar="N", help=f"how many calls (default {CALLS})"
    )
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help="another seed, other calls")
    chosen = parser.parse_args(arguments)
    try:
        tell(chosen.calls, chosen.seed)
    except (ChildError, DifferenceError, NoPlanError, NotIdleError, RefusedError, httpx.HTTPError) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return 0


def tell(calls: int, seed: int) -> None:
    """Start everything, tell every chapter, and say where to look. DifferenceError when a claim does not hold."""
    card = PublishedCard(SAMPLE)
    planned = plan_story(calls, seed, card, midnight_before(real_now()))
    random = Random(f"{seed}.delivery")
    account = str(UUID(int=random.getrandbits(128), version=4))
    with ExitStack() as ending_all:
        with meanwhile("starting storage, stand-ins and the service"):
            machine = ending_all.enter_context(Machine.start(None))
            publish_sample_card(machine)
        service = ending_all.enter_context(closing(Service(machine, account)))
        around = ending_all.enter_context(closing(StandIns(machine)))
        context = DemoContext(machine, service, around, planned, card, DemoConsole(), random)
        for chapter in CHAPTERS:
            _tell_one(chapter, context)
        if context.claims.broken:
            raise DifferenceError(context.claims.verdict())
        where_to_look(context)


def _tell_one(chapter: Callable[[DemoContext], None], context: DemoContext) -> None:
    """One chapter. When it cannot be told to its end, what differed before it is the likely reason."""
    try:
        chapter(context)
    except (LookupError, TypeError, ValueError, RefusedError) as wrong:
        if not context.claims.broken:
            raise
        raise DifferenceError(f"{context.claims.verdict()}\nThen the story could not go on: {wrong!r}") from wrong


def where_to_look(context: DemoContext) -> None:
    """The way on from here."""
    context.console.heading(f"All {len(context.claims.made)} claims hold. Where to look next")
    for command, what in NEXT:
        context.console.say(f"{command:<36}{what}")


def number_of_calls(text: str) -> int:
    """As many as the story needs, or more."""
    number = int(text)
    if number < CALLS_MIN:
        raise argparse.ArgumentTypeError(f"the story needs {CALLS_MIN} calls at least")
    return number
