"""Forgeries with recomputed hashes, the head's included, which only the meaning of the pages reveals."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

from shared.audit.finding import Invariant
from tests.audit.books import Books
from tests.audit.falsified.kinds import Falsified

FORGED: Falsified = []


Change: TypeAlias = Callable[[dict[str, Any]], None]


def forges(invariant: Invariant, kind: str, *, names: str = "page") -> Callable[[Change], Change]:
    """A decorator for functions that change the facts of the first page with a movement of *kind*, and thereby break
    *invariant*. The audit must name that page or, if *names* is "lot", the lot that it opened.
    """

    def register(change: Change) -> Change:
        def falsify(books: Books) -> str:
            sequence = books.page_of_kind(kind)
            page = books.forge(sequence, change)
            if names == "page":
                return page
            (opened,) = books.facts(sequence)["opened"]
            (row,) = [key for key in (*books.keys("a:lot:"), *books.keys("h:lot:")) if key.endswith(opened["id"])]
            return row

        falsify.__name__ = change.__name__
        FORGED.append((invariant, falsify))
        return change

    return register


@forges(Invariant.BALANCED, "debit")
def a_debit_takes_more_than_its_price(facts: dict[str, Any]) -> None:
    facts["movements"][-1]["entries"][-1][2] += 1


@forges(Invariant.CHAIN, "debit")
def what_a_page_says_of_the_book_after_it(facts: dict[str, Any]) -> None:
    lot = next(iter(facts["after"]["lots"]))
    facts["after"]["lots"][lot][0] += 1


@forges(Invariant.CHAIN, "debit")
def the_overdraft_that_a_page_says_there_is_after_it(facts: dict[str, Any]) -> None:
    facts["after"]["overdraft"] += 1


@forges(Invariant.BALANCED, "debit")
def a_debit_takes_from_a_lot_that_is_not_there(facts: dict[str, Any]) -> None:
    facts["movements"][0]["entries"][0][0] = "lot:20260301120000000000-0000000000"


@forges(Invariant.BALANCED, "debit")
def a_debit_takes_from_nowhere(facts: dict[str, Any]) -> None:
    facts["movements"][0]["entries"][0][0] = "nowhere"


@forges(Invariant.BALANCED, "debit")
def a_debit_of_less_than_nothing(facts: dict[str, Any]) -> None:
    facts["movements"][0]["entries"][0][2] *= -1


@forges(Invariant.BALANCED, "debit")
def more_than_a_lot_has(facts: dict[str, Any]) -> None:
    facts["movements"][0]["entries"][0][2] += 10**12


@forges(Invariant.ORDER, "debit")
def a_debit_takes_from_the_wrong_lot(facts: dict[str, Any]) -> None:
    """Take from the last lot in the order, although the first is not spent."""
    entries = facts["movements"][0]["entries"]
    entries[0][0], entries[1][0] = entries[1][0], entries[0][0]
    entries[0][2], entries[1][2] = entries[1][2], entries[0][2]


@forges(Invariant.ONCE, "debit")
def a_debit_whose_marker_the_page_does_not_know(facts: dict[str, Any]) -> None:
    facts["marks"].pop()


@forges(Invariant.ONCE, "debit")
def an_event_that_is_settled_twice(facts: dict[str, Any]) -> None:
    facts["marks"].append(facts["marks"][0])


@forges(Invariant.CHAIN, "debit")
def a_page_whose_time_runs_backwards(facts: dict[str, Any]) -> None:
    facts["at"] = datetime.fromisoformat(facts["at"]).replace(year=2020).isoformat().replace("+00:00", "Z")


def a_lot_that_got_less_than_it_says(books: Books) -> str:
    """In both its page and its row."""
    sequence = books.page_of_kind("grant")
    lot = books.facts(sequence)["opened"][0]
    books.forge(sequence, lambda facts: facts["opened"][0].update(original=lot["original"] + 1))
    (row,) = [key for key in books.keys("h:lot:") if key.endswith(lot["id"])]
    return books.raise_by_one(row, "original")


FORGED.append((Invariant.LOT, a_lot_that_got_less_than_it_says))


@forges(Invariant.PAYMENT, "purchase", names="lot")
def a_paid_lot_without_a_payment(facts: dict[str, Any]) -> None:
    facts["opened"][0]["payment"] = ""


@forges(Invariant.PAYMENT, "recharge", names="lot")
def two_lots_of_one_payment(facts: dict[str, Any]) -> None:
    facts["opened"][0]["payment"] = "pi_3"  # the payment of the purchase


@forges(Invariant.ORDER, "recharge")
def overdraft_beside_free_money(facts: dict[str, Any]) -> None:
    facts["movements"][0]["entries"].pop()


@forges(Invariant.BALANCED, "expiry")
def more_lapses_than_is_left(facts: dict[str, Any]) -> None:
    facts["movements"][0]["entries"][0][2] += 1
