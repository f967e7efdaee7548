"""Falsified alarms, outbox rows and suspense."""

import json

from shared.audit.finding import Invariant
from shared.ports import Row
from tests.audit.books import Books
from tests.audit.falsified.kinds import kind

FALSIFIED, breaks = kind()


@breaks(Invariant.WAITING)
def the_alarm_is_lost(books: Books) -> str:
    for rows in books.world.alarms.partitions.values():
        for key in [key for key in rows if key.endswith(books.account)]:
            del rows[key]
    return "a:head"


@breaks(Invariant.WAITING)
def the_alarm_is_too_late(books: Books) -> str:
    return books.change("a:head", nextAlarm="2027-06-01T00:00:00Z")


@breaks(Invariant.WAITING)
def no_alarm_is_set(books: Books) -> str:
    return books.change("a:head", nextAlarm="")


@breaks(Invariant.WAITING)
def an_outbox_row_that_nobody_wrote(books: Books) -> str:
    key = "o:000000000002.000"
    books.rows[key] = Row(key, "x", {"queue": "recharges", "text": "{}"})
    return key


@breaks(Invariant.WAITING)
def an_outbox_row_of_a_page_that_is_not_there_yet(books: Books) -> str:
    key = f"o:{books.last + 1:012d}.000"
    books.rows[key] = Row(key, "x", {"queue": "recharges", "text": "{}"})
    return key


@breaks(Invariant.WAITING)
def what_was_suspended_is_not_in_suspense(books: Books) -> str:
    key, _ = _suspended(books)
    named = _changed(books, key)
    del books.world.suspense.partitions["items"][key]
    return named


@breaks(Invariant.WAITING)
def a_suspended_message_was_altered(books: Books) -> str:
    key, row = _suspended(books)
    message = json.loads(json.loads(str(row.values["message0"])))
    message["data"]["durationSeconds"] = 1
    return _changed(books, key, message0=json.dumps(json.dumps(message)))


@breaks(Invariant.WAITING)
def a_suspended_item_counts_as_replayed_and_nothing_was_booked(books: Books) -> str:
    key, _ = _suspended(books)
    return _changed(books, key, state="replayed")


def _suspended(books: Books) -> tuple[str, Row]:
    """The suspense item of the event without a rate."""
    items = books.world.suspense.partitions["items"].items()
    return next((key, row) for key, row in items if row.values["reason"] == "no_rate")


def _changed(books: Books, key: str, **values: str) -> str:
    """Change the item, and return the outbox row from which it was filled."""
    items = books.world.suspense.partitions["items"]
    items[key] = Row(key, "x", {**items[key].values, **values})
    sequence = books.page_with(lambda facts: any(message.get("reason") == "no_rate" for _, message in facts["outbox"]))
    number = [message.get("reason") for _, message in books.facts(sequence)["outbox"]].index("no_rate")
    return f"o:{sequence:012d}.{number:03d}"
