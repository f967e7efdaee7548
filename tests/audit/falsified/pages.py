"""Falsified journal pages, and unreadable rows."""

from shared.audit.finding import Invariant
from tests.audit.books import Books, page_key
from tests.audit.falsified.kinds import kind

FALSIFIED, breaks = kind()


@breaks(Invariant.CHAIN)
def a_page_is_missing(books: Books) -> str:
    books.drop(page_key(7))
    return "page 7"


@breaks(Invariant.CHAIN)
def the_first_page_is_missing(books: Books) -> str:
    books.drop(page_key(1))
    return "page 1"


@breaks(Invariant.CHAIN)
def the_last_page_is_missing(books: Books) -> str:
    books.drop(page_key(books.last))
    return f"page {books.last}"


@breaks(Invariant.CHAIN)
def a_page_is_later_than_the_head(books: Books) -> str:
    return books.copy(page_key(books.last), page_key(books.last + 1))


@breaks(Invariant.CHAIN)
def a_page_replaces_another(books: Books) -> str:
    return books.copy(page_key(6), page_key(7))


@breaks(Invariant.CHAIN)
def the_stored_hash_of_a_page(books: Books) -> str:
    return books.change(page_key(7), hash="f" * 64)


@breaks(Invariant.CHAIN)
def the_stored_time_of_a_page(books: Books) -> str:
    return books.change(page_key(7), at="2020-01-01T00:00:00Z")


@breaks(Invariant.CHAIN)
def an_amount_in_a_page(books: Books) -> str:
    sequence = books.page_of_kind("debit")
    facts = books.facts(sequence)
    facts["movements"][0]["entries"][0][2] += 1
    return books.write(sequence, facts, keeps_hash=True)


@breaks(Invariant.CHAIN)
def an_amount_in_a_page_with_a_recomputed_hash(books: Books) -> str:
    sequence = books.page_of_kind("debit")
    facts = books.facts(sequence)
    facts["movements"][0]["entries"][0][2] += 1
    books.write(sequence, facts, keeps_hash=False)
    return f"page {sequence + 1}"


@breaks(Invariant.CHAIN)
def the_text_of_the_last_page(books: Books) -> str:
    facts = books.facts(books.last)
    books.write(books.last, {**facts, "token": "another"}, keeps_hash=False)
    return "a:head"


@breaks(Invariant.CHAIN)
def a_page_that_cannot_be_read(books: Books) -> str:
    return books.change(page_key(7), p0="no JSON")


@breaks(Invariant.CHAIN)
def a_page_that_lost_a_part(books: Books) -> str:
    return books.change(page_key(7), parts=2)


@breaks(Invariant.HEAD)
def a_lot_that_cannot_be_read(books: Books) -> str:
    return books.change(books.keys("a:lot:")[0], expiresAt="never")
