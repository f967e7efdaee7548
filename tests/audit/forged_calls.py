"""Forged pages of holds and pools, with recomputed hashes, which only their meaning reveals."""

from collections.abc import Callable
from typing import Any

from shared.audit.finding import Invariant
from tests.audit.books import Books
from tests.audit.falsified.kinds import Falsified

FORGED_CALLS: Falsified = []

LATER = "2099-01-01T00:00:00Z"


def forges(
    invariant: Invariant, matches: Callable[[dict[str, Any]], object]
) -> Callable[[Callable[[dict[str, Any]], None]], Callable[[dict[str, Any]], None]]:
    """A decorator for functions that change the first page that *matches*. The audit must name the page."""

    def register(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        def falsify(books: Books) -> str:
            return books.forge(books.page_with(matches), change)

        falsify.__name__ = change.__name__
        FORGED_CALLS.append((invariant, falsify))
        return change

    return register


def opens(facts: dict[str, Any]) -> object:
    return facts.get("holds")


def opens_with_pins(facts: dict[str, Any]) -> object:
    return any(hold["pins"] for _, hold in facts.get("holds", ()))


def ends(facts: dict[str, Any]) -> object:
    return facts.get("ended")


def pools(facts: dict[str, Any]) -> object:
    return any("pools" in movement for movement in facts["movements"])


@forges(Invariant.HOLD, opens)
def a_hold_whose_marker_the_page_does_not_know(facts: dict[str, Any]) -> None:
    facts["marks"] = []


@forges(Invariant.HOLD, ends)
def a_hold_that_ends_twice(facts: dict[str, Any]) -> None:
    facts["ended"] *= 2


@forges(Invariant.HOLD, ends)
def a_hold_that_ends_without_a_beginning(facts: dict[str, Any]) -> None:
    facts["ended"][0][1] = "0" * 48


@forges(Invariant.CHAIN, opens_with_pins)
def the_pins_in_a_page(facts: dict[str, Any]) -> None:
    facts["holds"][0][1]["pins"][0][1] += 1


@forges(Invariant.ORDER, opens_with_pins)
def a_hold_that_pins_a_lot_after_its_expiry(facts: dict[str, Any]) -> None:
    facts["at"] = LATER


@forges(Invariant.POOL, pools)
def a_call_that_took_more_from_a_pool_than_it_says(facts: dict[str, Any]) -> None:
    facts["movements"][0]["pools"][0][1] += 1


@forges(Invariant.POOL, pools)
def a_call_that_took_nothing_from_its_pool(facts: dict[str, Any]) -> None:
    del facts["movements"][0]["pools"]


def the_seconds_of_a_hold_in_its_page(books: Books) -> str:
    """Its row is no longer what the page makes."""
    (row,) = [key for key in books.keys("a:hold:") if '"leg":"open with pins"' in str(books.rows[key].values["hold"])]
    key = row.removeprefix("a:hold:")
    sequence = books.page_with(lambda facts: any(hold["key"] == key for _, hold in facts.get("holds", ())))
    books.forge(sequence, lambda facts: facts["holds"][0][1].update(seconds=1))
    return row


def a_hold_that_is_opened_again_after_its_end(books: Books) -> str:
    ended = next(key for _, key, _ in books.facts(books.page_with(ends))["ended"])
    opened = books.page_with(lambda facts: any(hold["key"] == ended for _, hold in facts.get("holds", ())))
    [again] = [entry for entry in books.facts(opened)["holds"] if entry[1]["key"] == ended]
    return books.forge(books.last, lambda facts: facts["holds"].append(again))


FORGED_CALLS += [
    (Invariant.HOLD, the_seconds_of_a_hold_in_its_page),
    (Invariant.HOLD, a_hold_that_is_opened_again_after_its_end),
]
