"""One commit: the group as one guarded transaction (DESIGN 4, LOOP 7).

Order: head (If-Match), page (create), markers (create), touched rows (their own ETags), outbox. The order decides
what a failed transaction means, because the storage names the first write at fault.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.ledger.book import Book
from shared.ports import Create, Delete, Replace, Value, Write
from shared.posting.journal.keys import (
    CLOSED_INTENT,
    CLOSED_LOT,
    FURTHER_TERMS,
    HEAD,
    MARKER,
    OPEN_INTENT,
    OPEN_LOT,
    SETTINGS,
    outbox_key,
    page_key,
)
from shared.posting.journal.pages import body_of, mark_json, opened_json, page_hash, page_values
from shared.posting.journal.rows import (
    Loaded,
    further_terms,
    head_values,
    intent_values,
    lot_values,
    mark_values,
    settings_values,
)
from shared.posting.loop.group import Group, positioned
from shared.telemetry.tracing import carried

FIRST_MARK = 2
"""Behind head and page."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A transaction ready to be tried, and the book that it makes. *after* is that book as the next group finds it:
    nothing counts as just closed any more.
    """

    token: str
    writes: Sequence[Write]
    book: Book
    after: Book
    marks: int

    @property
    def sequence(self) -> int:
        """The page that it writes."""
        return self.book.position.sequence

    def is_mark(self, index: int) -> bool:
        """Whether the write at *index* is a marker."""
        return FIRST_MARK <= index < FIRST_MARK + self.marks

    def loaded(self, before: Loaded, etags: Sequence[str]) -> Loaded:
        """The account after success, with the ETags that the storage returned."""
        kept = dict(before.etags)
        for write, etag in zip(self.writes, etags, strict=True):
            kept.pop(write.key, None)
            if etag and write.key.startswith("a:"):
                kept[write.key] = etag
        return Loaded(self.after, kept)


def prepare(loaded: Loaded, group: Group, token: str, next_alarm: datetime | None) -> Commit:
    """Build the transaction that leads from *loaded* to the group's book."""
    book = positioned(group, "", next_alarm)
    facts = {
        "opened": [opened_json(lot) for part in group.written for lot in part.change.opened],
        "marks": [mark_json(mark) for mark in group.marks],
        "outbox": [[tell.queue, dict(tell.body)] for tell in group.outbox],
    }
    body = body_of(loaded.book, book, token, group.texts, facts)
    book = positioned(group, page_hash(body), next_alarm)
    writes: list[Write] = [
        _guarded(HEAD, head_values(book), loaded),
        Create(page_key(group.sequence), page_values(body, group.now)),
        *(Create(MARKER + mark.event.key, mark_values(mark)) for mark in group.marks),
        *_touched(loaded, book),
        *_outbox(group),
    ]
    open_intents = {name: intent for name, intent in book.intents.items() if intent.is_open}
    return Commit(token, writes, book, replace(book, closed={}, intents=open_intents), len(group.marks))


def _guarded(key: str, values: dict[str, Value], loaded: Loaded) -> Write:
    etag = loaded.etags.get(key)
    return Replace(key, values, etag) if etag else Create(key, values)


def _touched(loaded: Loaded, after: Book) -> list[Write]:
    """Terms, lots, settings and purchases that differ between the books."""
    settings = (
        [_guarded(SETTINGS, settings_values(after.settings), loaded)]
        if after.settings is not loaded.book.settings
        else []
    )
    return [*_terms(loaded, after), *_lots(loaded, after), *settings, *_intents(loaded, after)]


def _terms(loaded: Loaded, after: Book) -> list[Write]:
    """The row beside the head. A reopened account may have nothing to say there any more."""
    values = further_terms(after.terms)
    is_first = loaded.book.position.sequence == 0
    if further_terms(loaded.book.terms) == values and not (is_first and values):
        return []
    etag = loaded.etags.get(FURTHER_TERMS)
    return [_guarded(FURTHER_TERMS, values, loaded)] if values else [Delete(FURTHER_TERMS, etag)] if etag else []


def _lots(loaded: Loaded, after: Book) -> list[Write]:
    """A lot is open or closed; one that changes sides costs two writes."""
    before, writes = loaded.book, list[Write]()
    for key, lot in after.lots.items():
        if before.lots.get(key) is not lot:
            writes.append(_guarded(OPEN_LOT + key, lot_values(lot), loaded))
    for key, lot in after.closed.items():
        if key not in before.closed:
            writes += _closed(OPEN_LOT + key, CLOSED_LOT + key, lot_values(lot), loaded)
        elif before.closed[key] is not lot:  # given back to, and lapsed at once
            writes.append(_guarded(CLOSED_LOT + key, lot_values(lot), loaded))
    reopened = before.closed.keys() - after.closed.keys()
    return [*writes, *(Delete(CLOSED_LOT + key, loaded.etags[CLOSED_LOT + key]) for key in sorted(reopened))]


def _intents(loaded: Loaded, after: Book) -> list[Write]:
    writes: list[Write] = []
    for name, intent in after.intents.items():
        if loaded.book.intents.get(name) is intent:
            continue
        if intent.is_open:
            writes.append(_guarded(OPEN_INTENT + name, intent_values(intent), loaded))
        else:
            writes += _closed(OPEN_INTENT + name, CLOSED_INTENT + name, intent_values(intent), loaded)
    return writes


def _closed(was: str, now: str, values: dict[str, Value], loaded: Loaded) -> list[Write]:
    """Move a row out of the working set; one that never was in it is only created."""
    etag = loaded.etags.get(was)
    return [*([Delete(was, etag)] if etag else []), Create(now, values)]


def _outbox(group: Group) -> list[Write]:
    """What must be told, each under an identity that a second sending repeats."""
    writes: list[Write] = []
    for number, tell in enumerate(group.outbox):
        key = outbox_key(group.sequence, number)
        name = {"id": f"{group.before.terms.account}.{group.sequence}.{number}"}
        text = json.dumps({**tell.body, **name, **carried()}, separators=(",", ":"))
        writes.append(Create(key, {"queue": tell.queue, "text": text, **_private(tell.private)}))
    return writes


def _private(text: str) -> dict[str, Value]:
    """Text that only the outbox row may hold, ASCII, in parts that fit into properties."""
    escaped = json.dumps(text)
    parts = [escaped[start : start + 32_000] for start in range(0, len(escaped), 32_000)] if text else []
    return {f"private{number}": part for number, part in enumerate(parts)}
