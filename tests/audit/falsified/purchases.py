"""Falsified settings and purchases."""

import json
from typing import Any

from shared.audit.finding import Invariant
from tests.audit.books import Books
from tests.audit.falsified.kinds import kind

FALSIFIED, breaks = kind()


@breaks(Invariant.CHAIN)
def the_trigger_in_the_settings(books: Books) -> str:
    settings = json.loads(str(books.rows["a:settings"].values["settings"]))
    settings["auto_recharge"]["largest_charge"] += 1
    return books.change("a:settings", settings=json.dumps(settings))


@breaks(Invariant.CHAIN)
def an_administrators_address(books: Books) -> str:
    text = str(books.rows["a:settings"].values["settings"])
    assert "ann@example.com" in text
    return books.change("a:settings", settings=text.replace("ann@", "eve@"))


@breaks(Invariant.CHAIN)
def the_administrators_are_only_a_digest(books: Books) -> str:
    settings = json.loads(str(books.rows["a:settings"].values["settings"]))
    settings_in_pages = [page["settings"] for page in map(books.facts, range(1, books.last + 1)) if "settings" in page]
    return books.change(
        "a:settings", settings=json.dumps({**settings, "administrators": settings_in_pages[-1]["administrators"]})
    )


@breaks(Invariant.CHAIN)
def the_account_has_another_name(books: Books) -> str:
    books.change("a:terms", terms='{"name":"Somebody"}')
    return "a:head"


@breaks(Invariant.CHAIN)
def the_name_of_the_account_is_lost(books: Books) -> str:
    books.drop("a:terms")
    return "a:head"


@breaks(Invariant.CHAIN)
def the_settings_are_lost(books: Books) -> str:
    return books.drop("a:settings")


@breaks(Invariant.CHAIN)
def the_amount_of_an_open_purchase(books: Books) -> str:
    return _intent(books, books.keys("a:intent:")[0], amount=1)


@breaks(Invariant.CHAIN)
def an_open_purchase_is_lost(books: Books) -> str:
    return books.drop(books.keys("a:intent:")[0])


@breaks(Invariant.CHAIN)
def the_state_of_an_ended_purchase(books: Books) -> str:
    declined = next(key for key in books.keys("h:intent:") if books.rows[key].values["state"] == "declined")
    return _intent(books, declined, state="succeeded")


@breaks(Invariant.PAYMENT)
def the_lot_of_an_ended_purchase(books: Books) -> str:
    bought = next(key for key in books.keys("h:intent:") if books.rows[key].values["state"] == "succeeded")
    return _intent(books, bought, lot="20260301120000000000-0000000000")


@breaks(Invariant.CHAIN)
def an_ended_purchase_is_lost(books: Books) -> str:
    return books.drop(books.keys("h:intent:")[0])


@breaks(Invariant.CHAIN)
def an_ended_purchase_that_nobody_made(books: Books) -> str:
    return books.copy(books.keys("h:intent:")[0], "h:intent:20260301120000000000-0000000000")


def _intent(books: Books, key: str, **facts: Any) -> str:
    values = books.rows[key].values
    return books.change(key, intent=json.dumps({**json.loads(str(values["intent"])), **facts}))
