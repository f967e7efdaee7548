"""Falsified lots and heads."""

import json

from shared.audit.finding import Invariant
from tests.audit.books import Books, slot_text
from tests.audit.falsified.kinds import kind

FALSIFIED, breaks = kind()


@breaks(Invariant.HEAD)
def the_remaining_of_an_open_lot(books: Books) -> str:
    return books.raise_by_one(books.keys("a:lot:")[0], "remaining")


@breaks(Invariant.HEAD)
def the_expiry_of_an_open_lot(books: Books) -> str:
    return books.change(books.keys("a:lot:")[0], expiresAt="2099-01-01T00:00:00Z")


@breaks(Invariant.HEAD)
def the_payment_of_an_open_lot(books: Books) -> str:
    return books.change(books.keys("a:lot:")[0], payment="pi_of_somebody_else")


@breaks(Invariant.HEAD)
def an_open_lot_is_lost(books: Books) -> str:
    return books.drop(books.keys("a:lot:")[0])


@breaks(Invariant.HEAD)
def an_open_lot_that_nobody_granted(books: Books) -> str:
    return books.copy(books.keys("a:lot:")[0], "a:lot:20260301120000000000-0000000000")


@breaks(Invariant.HEAD)
def a_spent_lot_stands_among_the_open_ones(books: Books) -> str:
    name = books.keys("h:lot:")[0].removeprefix("h:lot:")
    return books.copy(f"h:lot:{name}", f"a:lot:{name}")


@breaks(Invariant.HEAD)
def the_remaining_of_the_head(books: Books) -> str:
    return books.raise_by_one("a:head", "remaining")


@breaks(Invariant.HEAD)
def the_held_of_the_head(books: Books) -> str:
    return books.raise_by_one("a:head", "held")


@breaks(Invariant.CHAIN)
def the_overdraft_of_the_head(books: Books) -> str:
    return books.raise_by_one("a:head", "overdraft")


@breaks(Invariant.CHAIN)
def the_recharge_slot(books: Books) -> str:
    return books.change("a:head", slot=slot_text(str(books.rows["a:head"].values["slot"]), sequence=99))


@breaks(Invariant.CHAIN)
def what_the_month_recharged(books: Books) -> str:
    return books.change("a:head", rechargedAmount=0)


@breaks(Invariant.CHAIN)
def when_cards_were_charged(books: Books) -> str:
    return books.change("a:head", recharges='{"recent":["2026-03-01T12:00:00Z"],"notified":80}')


@breaks(Invariant.CHAIN)
def the_time_of_the_head(books: Books) -> str:
    return books.change("a:head", at="2026-04-10T13:05:01Z")


@breaks(Invariant.CHAIN)
def the_hash_of_the_head(books: Books) -> str:
    return books.change("a:head", chain="f" * 64)


@breaks(Invariant.CHAIN)
def the_rate_card_in_the_terms(books: Books) -> str:
    terms = json.loads(str(books.rows["a:head"].values["terms"]))
    return books.change("a:head", terms=json.dumps({**terms, "rate_card": "cheaper"}))


@breaks(Invariant.CHAIN)
def the_head_is_lost(books: Books) -> str:
    return books.drop("a:head")


@breaks(Invariant.LOT)
def a_closed_lot_is_lost(books: Books) -> str:
    return books.drop(books.keys("h:lot:")[0])


@breaks(Invariant.LOT)
def the_remaining_of_a_closed_lot(books: Books) -> str:
    return books.raise_by_one(books.keys("h:lot:")[0], "remaining")


@breaks(Invariant.LOT)
def the_expired_part_of_a_closed_lot(books: Books) -> str:
    return books.raise_by_one(books.keys("h:lot:")[0], "expired")


@breaks(Invariant.LOT)
def a_closed_lot_that_nobody_granted(books: Books) -> str:
    return books.copy(books.keys("h:lot:")[0], "h:lot:29990301120000000000-0000000000")
