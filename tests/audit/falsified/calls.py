"""Falsified holds, pools, licences and subscriptions."""

import json
from typing import Any

from shared.audit.finding import Invariant
from shared.ports import Row
from tests.audit.books import Books
from tests.audit.falsified.kinds import kind

FALSIFIED, breaks = kind()


def a_hold(books: Books, leg: str = "open with pins") -> str:
    return next(key for key in books.keys("a:hold:") if facts_of(books, key)["leg"] == leg)


def facts_of(books: Books, key: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(str(books.rows[key].values["hold"]))
    return facts


def change_hold(books: Books, **facts: Any) -> str:
    key = a_hold(books)
    return books.change(key, hold=json.dumps({**facts_of(books, key), **facts}))


@breaks(Invariant.HOLD)
def the_pins_of_a_hold(books: Books) -> str:
    [[lot, amount], *rest] = facts_of(books, a_hold(books))["pins"]
    return change_hold(books, pins=[[lot, amount + 1], *rest])


@breaks(Invariant.HOLD)
def the_seconds_of_a_hold(books: Books) -> str:
    return change_hold(books, seconds=7_200)


@breaks(Invariant.HOLD)
def the_end_of_a_hold(books: Books) -> str:
    return change_hold(books, until="2099-01-01T00:00:00Z")


@breaks(Invariant.HOLD)
def the_leg_of_a_hold(books: Books) -> str:
    return change_hold(books, leg="another")


@breaks(Invariant.HOLD)
def a_hold_is_lost(books: Books) -> str:
    return books.drop(a_hold(books))


@breaks(Invariant.HOLD)
def a_hold_that_nobody_authorised(books: Books) -> str:
    return books.copy(a_hold(books), f"a:hold:{'0' * 48}")


@breaks(Invariant.HEAD)
def the_pinned_part_of_a_lot(books: Books) -> str:
    [[lot, _], *_] = facts_of(books, a_hold(books))["pins"]
    return books.raise_by_one(f"a:lot:{lot}", "pinned")


@breaks(Invariant.POOL)
def the_used_seconds_of_a_pool(books: Books) -> str:
    return books.raise_by_one(books.keys("p:")[0], "used")


@breaks(Invariant.POOL)
def the_pinned_seconds_of_a_pool(books: Books) -> str:
    return books.raise_by_one(books.keys("p:")[0], "pinned")


@breaks(Invariant.POOL)
def the_user_of_a_pool(books: Books) -> str:
    return books.change(books.keys("p:")[0], user="bob")


@breaks(Invariant.POOL)
def a_pool_is_lost(books: Books) -> str:
    return books.drop(books.keys("p:")[0])


@breaks(Invariant.POOL)
def a_pool_that_nobody_used(books: Books) -> str:
    return books.copy(books.keys("p:")[0], "p:2026-05.MCOPSTN5.domestic.US.")


@breaks(Invariant.POOL)
def a_pool_that_cannot_be_read(books: Books) -> str:
    key = books.keys("p:")[0]
    books.rows[key] = Row(key, "unreadable", {"used": "much"})
    books.change("a:head", slot="no JSON")  # an unreadable row stops the audit, which then names every such row
    return key


@breaks(Invariant.CHAIN)
def the_licence_of_a_user(books: Books) -> str:
    key = books.keys("l:")[0]
    licence = json.loads(str(books.rows[key].values["licence"]))
    licence["assignments"][0]["plan"] = "MCOPSTN2"
    return books.change(key, licence=json.dumps(licence))


@breaks(Invariant.CHAIN)
def a_licence_is_lost(books: Books) -> str:
    return books.drop(books.keys("l:")[0])


@breaks(Invariant.CHAIN)
def a_licence_that_nobody_assigned(books: Books) -> str:
    return books.copy(books.keys("l:")[0], f"l:{'0' * 32}")


@breaks(Invariant.CHAIN)
def the_number_of_licences_in_the_subscriptions(books: Books) -> str:
    row = books.rows["a:entitlements"]
    entitlements = json.loads(str(row.values["e0"]))
    entitlements["subscriptions"][0]["licences"] = 99
    return books.change("a:entitlements", e0=json.dumps(entitlements))


@breaks(Invariant.CHAIN)
def the_subscriptions_are_lost(books: Books) -> str:
    return books.drop("a:entitlements")
