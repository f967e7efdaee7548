"""Both sides of a reconciliation in a temporary database, so that a month of calls needs little memory (R29)."""

import sqlite3
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

TOLERANCES_SECONDS = 0, 5, 30, 120
"""How far two clocks may be apart where the records of one call have different names on both sides. The closest pairs
are matched first, so that a call that one side lacks does not take the record of the next one.
"""

ROUNDING_SECONDS = 1
"""How much two durations of the same call differ where both systems round on their own."""

_TABLES = """
CREATE TABLE theirs (
    key TEXT, party TEXT, started INTEGER, seconds INTEGER, price INTEGER, label TEXT, step INTEGER, ours TEXT,
    copy_of TEXT
);
CREATE TABLE ours (
    key TEXT, party TEXT, started INTEGER, seconds INTEGER, price INTEGER, label TEXT, step INTEGER,
    is_matched INTEGER
);
"""
_INDEXES = """
CREATE INDEX theirs_key ON theirs (key);
CREATE INDEX theirs_party ON theirs (party, started);
CREATE INDEX ours_key ON ours (key);
CREATE INDEX ours_label ON ours (label);
"""

_MARK_COPIES = """
UPDATE theirs AS t SET copy_of = (
    SELECT o.ours FROM theirs o WHERE o.ours IS NOT NULL AND (o.key = t.key OR
    (o.party = t.party AND t.party != '' AND o.started = t.started AND o.seconds = t.seconds)) LIMIT 1
) WHERE ours IS NULL AND copy_of IS NULL
"""


class DifferenceClass(StrEnum):
    """What differs (CONTRACT 2)."""

    MISSING_HERE = "missing_here"  # they have the call, and it was not booked
    MISSING_THERE = "missing_there"  # it was booked, and they do not have it
    DOUBLED = "doubled"  # they have the call twice
    DURATION = "duration"
    PRICE = "price"


class CallSide(NamedTuple):
    """A call as one side has it. *key* identifies the event; *party* is direction and called number, empty when the
    number is unknown. *started*: seconds since 1970. *price*: micro-units, None where the side names none. *label*:
    how people find the record. *step*: the price is rounded to whole multiples of so many micro-units; 0: it is exact.
    """

    key: str
    party: str
    started: int
    seconds: int
    price: int | None
    label: str
    step: int = 0


class Difference(NamedTuple):
    """One difference: the carrier's *record* and our *event*, as labels, empty where there is none; and both values:
    seconds of a duration, else micro-units. A call that only one side has, or that the carrier has twice, has the value
    of that side only: its price, None where the carrier names none.
    """

    kind: DifferenceClass
    record: str
    event: str
    ours: int | None = None
    theirs: int | None = None


class Workspace:
    """The database of one reconciliation. It is on disk, at *path*. Threads may use it, one after the other."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._base.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;" + _TABLES)

    def close(self) -> None:
        """Close the database."""
        self._base.close()

    def add_theirs(self, calls: Iterable[CallSide]) -> None:
        """Add records of the carrier's export."""
        self._add("INSERT INTO theirs VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)", calls)

    def add_ours(self, calls: Iterable[CallSide]) -> None:
        """Add booked calls."""
        self._add("INSERT INTO ours VALUES (?, ?, ?, ?, ?, ?, ?, 0)", calls)

    def _add(self, insert: str, calls: Iterable[CallSide]) -> None:
        self._base.execute("BEGIN")
        self._base.executemany(insert, calls)
        self._base.execute("COMMIT")

    def match(self) -> int:
        """Match both sides, each call once, and return how many matched: first by the event's identity, then by
        direction, called number and the nearest start. A second record of a matched call matches no other call.
        """
        self._base.executescript(_INDEXES + "BEGIN;")
        self._base.execute(
            "UPDATE theirs SET ours = (SELECT label FROM ours WHERE ours.key = theirs.key)"
            " WHERE rowid IN (SELECT min(rowid) FROM theirs GROUP BY key)"
        )
        self._base.execute(
            "UPDATE ours SET is_matched = 1 WHERE key IN (SELECT key FROM theirs WHERE theirs.ours IS NOT NULL)"
        )
        self._base.execute(_MARK_COPIES)
        for tolerance in TOLERANCES_SECONDS:
            self._match_by_party(tolerance)
            self._base.execute(_MARK_COPIES)
        self._base.execute("COMMIT")
        return int(self._one("SELECT count(*) FROM theirs WHERE ours IS NOT NULL"))

    def _match_by_party(self, tolerance: int) -> None:
        left = self._base.execute(
            "SELECT rowid, party, started, seconds, label FROM ours WHERE NOT is_matched AND party != ''"
            " ORDER BY started"
        )
        for row, party, started, seconds, label in left:
            nearest = self._base.execute(
                "SELECT rowid FROM theirs WHERE party = ? AND started BETWEEN ? AND ? AND ours IS NULL"
                " AND copy_of IS NULL ORDER BY abs(started - ?), abs(seconds - ?), rowid LIMIT 1",
                (party, started - tolerance, started + tolerance, started, seconds),
            ).fetchone()
            if nearest is not None:
                self._base.execute("UPDATE theirs SET ours = ? WHERE rowid = ?", (label, nearest[0]))
                self._base.execute("UPDATE ours SET is_matched = 1 WHERE rowid = ?", (row,))

    def differences(self) -> Iterator[Difference]:
        """Every difference after `match`, class by class."""
        pairs = "FROM theirs JOIN ours ON ours.label = theirs.ours"
        for row in self._base.execute(
            f"SELECT theirs.label, ours.label, ours.seconds, theirs.seconds {pairs}"
            " WHERE abs(ours.seconds - theirs.seconds) > ? ORDER BY theirs.rowid",
            (ROUNDING_SECONDS,),
        ):
            yield Difference(DifferenceClass.DURATION, *row)
        for row in self._base.execute(
            f"SELECT theirs.label, ours.label, ours.price, theirs.price {pairs}"
            " WHERE theirs.price IS NOT NULL AND 2 * abs(ours.price - theirs.price) > theirs.step ORDER BY theirs.rowid"
        ):
            yield Difference(DifferenceClass.PRICE, *row)
        for label, price, other in self._base.execute(
            "SELECT label, price, copy_of FROM theirs WHERE ours IS NULL ORDER BY rowid"
        ):
            kind = DifferenceClass.DOUBLED if other else DifferenceClass.MISSING_HERE
            yield Difference(kind, label, other or "", theirs=price)
        for label, price in self._base.execute(
            "SELECT label, price FROM ours WHERE NOT is_matched ORDER BY started, rowid"
        ):
            yield Difference(DifferenceClass.MISSING_THERE, "", label, ours=price)

    def _one(self, query: str) -> int:
        return int(self._base.execute(query).fetchone()[0])
