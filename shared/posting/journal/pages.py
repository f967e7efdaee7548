"""Journal pages: one commit each, create-only, chained by hash. Book and markers can be rebuilt from them alone.

A page's body is JSON in the string properties p0 to p6:

    sequence, previous, token, at    which page, the hash of the one before, the attempt that wrote it, when
    movements                        each with its entries [from, to, micro-units] and what explains it
    opened, marks, intents, settings facts of this commit that a rebuild needs; of administrators only a digest
    outbox                           what had to be told, by row (private parts are not kept)
    after                            the head after it, and what every open lot then held: balance as of any instant
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from shared.kernel.ids import LotId
from shared.kernel.times import instant_text, parse_instant
from shared.ledger.book import Book, Lot, Position, Recharged, Terms
from shared.ledger.change import Change, Entry, EventName, Movement, MovementKind
from shared.ledger.pause import NOT_PAUSED
from shared.ports import Row, Value
from shared.posting.decision import Mark
from shared.posting.journal.rows import (
    INTENT,
    PAUSE,
    SETTINGS_TYPE,
    SLOT,
    TERMS,
    absent_terms,
    lot_of,
    lot_values,
    settings_kept,
    slot_facts,
)

PROPERTY_CHARACTERS = 32_000
"""Table Storage takes 32,767 characters a string property."""

BODY_CHARACTERS = 7 * PROPERTY_CHARACTERS

FIRST_CHAIN = "0" * 64
"""What stands for the hash of the page before the first."""


_ENCODER = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Page:
    """A page as stored: its facts, and the hash that the next page carries."""

    sequence: int
    at: datetime
    token: str
    previous: str
    hash: str
    facts: Mapping[str, Any]


def unopened(terms: Terms) -> Book:
    """The book before an account's first page."""
    return Book(terms, Position(0, FIRST_CHAIN, terms.opened_at, None))


def movement_json(movement: Movement) -> str:
    """A movement's text in a page: ASCII, so that a character is a UTF-16 unit and the limit can be counted."""
    facts: dict[str, object] = {"kind": movement.kind.value}
    if movement.event:
        facts["event"] = [movement.event.source, movement.event.id]
    if movement.started_at:
        facts["startedAt"] = instant_text(movement.started_at)
    if movement.user:
        facts["user"] = movement.user
    if movement.digits:
        facts["digits"] = movement.digits
    if movement.explanation:
        facts["explanation"] = dict(movement.explanation)
    facts["entries"] = [[entry.source, entry.target, entry.amount] for entry in movement.entries]
    return _ENCODER.encode(facts)


def movement_of(facts: Mapping[str, Any]) -> Movement:
    """The movement that a page tells of."""
    return Movement(
        kind=MovementKind(facts["kind"]),
        entries=tuple(Entry(*entry) for entry in facts["entries"]),
        event=EventName(*facts["event"]) if "event" in facts else None,
        started_at=parse_instant(facts["startedAt"]) if "startedAt" in facts else None,
        user=facts.get("user", ""),
        digits=facts.get("digits", ""),
        explanation=facts.get("explanation", {}),
    )


def mark_json(mark: Mark) -> list[object]:
    """A marker's fact in a page."""
    return [mark.event.key, mark.event.content, mark.kind.value, mark.movement, dict(mark.result)]


def opened_json(lot: Lot) -> dict[str, Value]:
    """A new lot's fact in a page."""
    return {"id": lot.id, **lot_values(lot)}


def after_facts(book: Book) -> dict[str, object]:
    """The head after a commit, and what every open lot then held."""
    paused = {"pause": PAUSE.dump_python(book.pause, mode="json")} if book.pause != NOT_PAUSED else {}
    return {
        "overdraft": book.overdraft,
        "accrued": book.accrued,
        "zeroTold": book.zero_notified,
        "recharged": [book.recharged.month, book.recharged.amount],
        "slot": slot_facts(book.slot),
        **paused,
        "nextAlarm": instant_text(book.position.next_alarm) if book.position.next_alarm else "",
        "lots": {lot.id: [lot.remaining, lot.pinned] for lot in book.lots.values()},
    }


def body_of(before: Book, after: Book, token: str, movements: Sequence[str], facts: Mapping[str, object]) -> str:
    """The whole text of the page that leads from *before* to *after*; *movements* are texts already."""
    frame: dict[str, object] = {
        "sequence": after.position.sequence,
        "previous": before.position.chain,
        "token": token,
        "at": instant_text(after.position.at),
        **facts,
        "after": after_facts(after),
    }
    if before.position.sequence == 0 or after.terms is not before.terms:
        frame["terms"] = TERMS.dump_python(after.terms, mode="json", exclude=absent_terms(after.terms))
    if after.settings is not before.settings:
        frame["settings"] = settings_kept(after.settings)
    changed = [intent for key, intent in after.intents.items() if before.intents.get(key) != intent]
    if changed:
        frame["intents"] = [INTENT.dump_python(intent, mode="json") for intent in changed]
    text = _ENCODER.encode(frame)
    return f'{text[:-1]},"movements":[{",".join(movements)}]}}'


def page_hash(body: str) -> str:
    """The chain's link: a digest of the whole text, which holds the hash of the page before."""
    return sha256(body.encode("ascii")).hexdigest()


def page_values(body: str, at: datetime) -> dict[str, Value]:
    """A page's row."""
    parts = [body[start : start + PROPERTY_CHARACTERS] for start in range(0, len(body), PROPERTY_CHARACTERS)]
    return {
        "at": instant_text(at),
        "hash": page_hash(body),
        "parts": len(parts),
        **{f"p{number}": part for number, part in enumerate(parts)},
    }


def page_of(row: Row) -> Page:
    """Read a page's row. The hash is computed anew from the text, not believed."""
    body = "".join(str(row.values[f"p{number}"]) for number in range(int(row.values["parts"])))
    facts = json.loads(body)
    return Page(
        facts["sequence"], parse_instant(facts["at"]), facts["token"], facts["previous"], page_hash(body), facts
    )


def change_of(page: Page) -> Change:
    """What the page did, as a change that `apply` understands."""
    facts = page.facts
    return Change(
        movements=tuple(movement_of(movement) for movement in facts["movements"]),
        opened=tuple(lot_of(LotId(lot["id"]), lot) for lot in facts.get("opened", ())),
        intents=tuple(INTENT.validate_python(intent) for intent in facts.get("intents", ())),
        slot=SLOT.validate_python(facts["after"]["slot"]),
        settings=SETTINGS_TYPE.validate_python(facts["settings"]) if "settings" in facts else None,
        zero_notified=facts["after"]["zeroTold"],
        recharged=Recharged(*facts["after"]["recharged"]),
        pause=PAUSE.validate_python(facts["after"]["pause"]) if "pause" in facts["after"] else NOT_PAUSED,
        terms=TERMS.validate_python(facts["terms"]) if "terms" in facts else None,
    )
