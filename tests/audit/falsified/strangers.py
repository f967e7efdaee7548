"""Rows that do not belong to the account."""

import json

from shared.audit.finding import Invariant
from shared.ports import Row
from tests.audit.books import Books
from tests.audit.falsified.kinds import kind

FALSIFIED, breaks = kind()


@breaks(Invariant.TENANT)
def a_row_of_an_unknown_kind(books: Books) -> str:
    books.rows["x:note"] = Row("x:note", "x", {"text": "hello"})
    return "x:note"


@breaks(Invariant.HOLD)
def a_hold_that_no_one_can_read(books: Books) -> str:
    return books.copy("a:settings", "a:hold:1")


@breaks(Invariant.TENANT)
def the_head_of_another_tenant(books: Books) -> str:
    terms = json.loads(str(books.rows["a:head"].values["terms"]))
    return books.change("a:head", terms=json.dumps({**terms, "account": "5f0c1f9e-0000-4000-8000-00000000dead"}))
