"""Ways to tamper with the proof of a statement: to change it, and to forge it with every hash recomputed."""

import json
from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise
from typing import Any, TypeAlias

Page: TypeAlias = dict[str, Any]
Tampering: TypeAlias = Callable[[Page, list[Page]], None]
"""Changes the statement and the pages in place."""

ENCODER = json.JSONEncoder(separators=(",", ":"))


def tampered(lines: list[str], how: Tampering, *, rehashed: bool) -> list[str]:
    """The proof after *how*. With *rehashed*, every page names the hash of the page before again, and the statement
    that of the last one.
    """
    statement, *pages = (json.loads(line) for line in lines)
    how(statement, pages)
    if rehashed:
        for before, page in pairwise(pages):
            page["previous"] = sha256(ENCODER.encode(before).encode()).hexdigest()
        statement["chain"] = sha256(ENCODER.encode(pages[-1]).encode()).hexdigest()
    return [json.dumps(statement), *(ENCODER.encode(page) for page in pages)]


def _debit(pages: list[Page]) -> tuple[Page, Page]:
    """A page with a charged call that one lot paid, and the call."""
    return next(
        (page, movement)
        for page in pages[1:]
        for movement in page["movements"]
        if movement["kind"] == "debit" and movement["entries"] and movement["entries"][0][0].startswith("lot:")
    )


def _amount(_statement: Page, pages: list[Page]) -> None:
    _, movement = _debit(pages)
    movement["entries"][0][2] += 1


def _set(place: Callable[[list[Page]], Page], name: str, value: Any) -> Tampering:
    return lambda _statement, pages: place(pages).__setitem__(name, value)


def _lost(number: int) -> Tampering:
    def tamper(_statement: Page, pages: list[Page]) -> None:
        del pages[number]

    return tamper


def _swapped(_statement: Page, pages: list[Page]) -> None:
    pages[2], pages[3] = pages[3], pages[2]


def _too_many(_statement: Page, pages: list[Page]) -> None:
    last = pages[-1]
    pages.append({**last, "sequence": last["sequence"] + 1, "movements": []})


def _entry(*entry: object) -> Tampering:
    def tamper(_statement: Page, pages: list[Page]) -> None:
        _debit(pages)[1]["entries"] = [list(entry)]

    return tamper


def _below_its_price(statement: Page, pages: list[Page]) -> None:
    """Less than the call's price, and all that follows is made to fit: balances, columns, closing."""
    page, movement = _debit(pages)
    entry = movement["entries"][0]
    entry[2] -= 1
    _give(statement, pages, page, entry[0].removeprefix("lot:"), 1)


def _never_booked(statement: Page, pages: list[Page]) -> None:
    """A call is left out, and all that follows is made to fit."""
    page, movement = _debit(pages)
    page["movements"].remove(movement)
    for source, _, amount in movement["entries"]:
        _give(statement, pages, page, source.removeprefix("lot:"), amount)


def _give(statement: Page, pages: list[Page], since: Page, lot: str, amount: int) -> None:
    for page in pages[pages.index(since) :]:
        if lot in page["after"]["lots"]:
            page["after"]["lots"][lot][0] += amount
    for line in (statement, next(each for each in statement["lots"] if each["id"] == lot)):
        line["used"] = _plus(line["used"], -amount)
        line["closing"] = _plus(line["closing"], amount)


def _plus(money: Page, micros: int) -> Page:
    total = round(float(money["amount"]) * 1_000_000) + micros
    return {**money, "amount": f"{total // 1_000_000}.{total % 1_000_000:06d}"}


def _twice(_statement: Page, pages: list[Page]) -> None:
    page, movement = _debit(pages)
    page["movements"].append(movement)


def _balance(_statement: Page, pages: list[Page]) -> None:
    lots = pages[-1]["after"]["lots"]
    lots[next(iter(lots))][0] += 1


def _column(name: str) -> Tampering:
    def tamper(statement: Page, _pages: list[Page]) -> None:
        statement[name] = _plus(statement[name], 1)

    return tamper


def _lot_column(name: str) -> Tampering:
    def tamper(statement: Page, _pages: list[Page]) -> None:
        statement["lots"][0][name] = _plus(statement["lots"][0][name], 1)

    return tamper


def _statement(name: str, value: Any) -> Tampering:
    return lambda statement, _pages: statement.__setitem__(name, value)


WHOLE = ("opening", "purchased", "recharged", "granted", "used", "expired", "refunded", "clawedBack", "corrected")
LINE = ("opening", "in", "used", "expired", "refunded", "clawedBack", "corrected", "closing")

CHANGED: dict[str, Tampering] = {
    "an amount in a page": _amount,
    "a page in the middle": _set(lambda pages: pages[2], "token", "other"),
    "the last page": _set(lambda pages: pages[-1], "token", "other"),
    "the page before the month": _set(lambda pages: pages[0], "token", "other"),
    "what a page says of the one before": _set(lambda pages: pages[2], "previous", "0" * 64),
    "the first page is lost": _lost(0),
    "a page is lost": _lost(2),
    "the last page is lost": _lost(-1),
    "a page too many": _too_many,
    "two pages changed places": _swapped,
    **{f"the statement's {name}": _column(name) for name in (*WHOLE, "closing", "overdraft")},
    **{f"a lot's {name}": _lot_column(name) for name in LINE},
    "a lot is left out": lambda statement, _pages: statement.__setitem__("lots", statement["lots"][1:]),
    "a lot is there twice": lambda statement, _pages: statement["lots"].append(statement["lots"][0]),
    "the statement's month": _statement("month", "2026-01"),
    "the statement's currency": _statement("currency", "EUR"),
    "the statement's account": _statement("account", "00000000-0000-4000-8000-00000000beef"),
    "the currency of a column": lambda statement, _pages: statement["used"].__setitem__("currency", "EUR"),
    "the currency of the overdraft": lambda statement, _pages: statement["overdraft"].__setitem__("currency", "EUR"),
    "the statement's pages": _statement("pages", {"first": 1, "last": 2}),
    "the statement's chain": _statement("chain", "0" * 64),
}
"""Done by somebody who cannot recompute the chain, or does not think of it."""

FORGED: dict[str, Tampering] = {
    "time runs backwards": lambda _statement, pages: pages[3].__setitem__("at", pages[1]["at"][:8] + "01T00:00:00Z"),
    "an entry moves less than nothing": _entry("overdraft", "usage", -1),
    "an entry moves half a micro-unit": _entry("overdraft", "usage", 0.5),
    "an entry takes from no lot": _entry("lot:none", "usage", 1),
    "an entry takes more than there is": _entry("overdraft", "lot:none", 10**12),
    "a call is booked twice": _twice,
    "a balance in a page": _balance,
    "a page is lost": _lost(2),
    "a call below its price, everything else made to fit": _below_its_price,
    "the statement's used": _column("used"),
}
"""Done by a forger who recomputes every hash."""

SEEN_BY_AN_ANCHOR: dict[str, Tampering] = {"a call is left out, everything else made to fit": _never_booked}
"""A forgery of everything is seen by everybody who has kept a hash of the chain."""
