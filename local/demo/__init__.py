"""`./dev demo`: the main job, told chapter by chapter, with every figure read back from the service."""

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from random import Random
from uuid import UUID

import httpx

from local.clock import real_now
from local.clock.quiet import NotQuietError
from local.commands.sample_card import SAMPLE, publish_sample_card
from local.demo import arriving, ending, opening, paying
from local.demo.calls import midnight_before
from local.demo.judging import judge
from local.demo.outside import RefusedError, Service, Surroundings
from local.demo.paper import Paper, meanwhile
from local.demo.plan import CALLS_MIN, NoPlanError, plan_story
from local.demo.rates import PublishedCard
from local.demo.tale import Tale
from local.machine.children import ChildError
from local.machine.machine import Machine

CALLS, SEED = 1000, 1

CHAPTERS = (
    opening.open_account,
    opening.buy_and_arm,
    arriving.calls_arrive,
    arriving.rest_is_kept,
    paying.no_funds_for_an_hour,
    paying.card_expires,
    ending.runs_to_zero,
    ending.buys_again,
    ending.a_year_passes,
    judge,
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
    except (ChildError, DifferenceError, NoPlanError, NotQuietError, RefusedError, httpx.HTTPError) as wrong:
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
        around = ending_all.enter_context(closing(Surroundings(machine)))
        tale = Tale(machine, service, around, planned, card, Paper(), random)
        for chapter in CHAPTERS:
            _tell_one(chapter, tale)
        if tale.claims.broken:
            raise DifferenceError(tale.claims.verdict())
        where_to_look(tale)


def _tell_one(chapter: Callable[[Tale], None], tale: Tale) -> None:
    """One chapter. When it cannot be told to its end, what differed before it is the likely reason."""
    try:
        chapter(tale)
    except (LookupError, TypeError, ValueError, RefusedError) as wrong:
        if not tale.claims.broken:
            raise
        raise DifferenceError(f"{tale.claims.verdict()}\nThen the story could not go on: {wrong!r}") from wrong


def where_to_look(tale: Tale) -> None:
    """The way on from here."""
    tale.paper.heading(f"All {len(tale.claims.made)} claims hold. Where to look next")
    for command, what in NEXT:
        tale.paper.say(f"{command:<36}{what}")


def number_of_calls(text: str) -> int:
    """As many as the story needs, or more."""
    number = int(text)
    if number < CALLS_MIN:
        raise argparse.ArgumentTypeError(f"the story needs {CALLS_MIN} calls at least")
    return number
