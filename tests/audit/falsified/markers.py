"""Falsified markers."""

from shared.audit.finding import Invariant
from tests.audit.books import Books
from tests.audit.falsified.kinds import kind

FALSIFIED, breaks = kind()


@breaks(Invariant.ONCE)
def a_marker_is_lost(books: Books) -> str:
    return books.drop(books.keys("m:")[0])


@breaks(Invariant.ONCE)
def the_content_in_a_marker(books: Books) -> str:
    return books.change(books.keys("m:")[0], content="0" * 48)


@breaks(Invariant.ONCE)
def the_kind_in_a_marker(books: Books) -> str:
    suspended = next(key for key in books.keys("m:") if books.rows[key].values["kind"] == "suspended")
    return books.change(suspended, kind="booked")


@breaks(Invariant.ONCE)
def the_page_in_a_marker(books: Books) -> str:
    return books.change(books.keys("m:")[0], page=1_000)


@breaks(Invariant.ONCE)
def the_result_in_a_marker(books: Books) -> str:
    paid = next(key for key in books.keys("m:") if "lot" in str(books.rows[key].values["result"]))
    return books.change(paid, result='{"lot":"another"}')


@breaks(Invariant.ONCE)
def a_marker_that_nobody_wrote(books: Books) -> str:
    return books.copy(books.keys("m:")[0], f"m:{'0' * 48}")


@breaks(Invariant.ONCE)
def a_marker_of_a_page_that_is_not_there_yet(books: Books) -> str:
    key = books.copy(books.keys("m:")[0], f"m:{'0' * 48}")
    return books.change(key, page=books.last + 1)
