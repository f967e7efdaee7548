"""Conversion of rows to types and back. Only this module knows how the book is stored in the table."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from pydantic import TypeAdapter

from shared.kernel.ids import LotId
from shared.kernel.times import instant_text, parse_instant
from shared.ledger.balance import held, remaining
from shared.ledger.book import Book, Funding, Lot, LotSource, Position, Terms
from shared.ledger.intent import Intent
from shared.ledger.pause import NOT_PAUSED
from shared.ledger.settings import Settings
from shared.ledger.slot import Slot
from shared.ports import Row, Value
from shared.posting.journal.brake_rows import brake_of, habit_of
from shared.posting.journal.call_rows import entitlements_of, hold_of
from shared.posting.journal.keys import (
    BRAKE,
    ENTITLEMENTS,
    FURTHER_TERMS,
    HABIT,
    HEAD,
    OPEN_HOLD,
    OPEN_INTENT,
    OPEN_LOT,
    OPEN_REFUND,
    SETTINGS,
)
from shared.posting.journal.money_back_rows import PAUSE, lot_parts, parts_of, pause_facts, refund_of
from shared.posting.journal.recharged_rows import recharged_of, recharged_values
from shared.posting.journal.settings_rows import SETTINGS_TYPE
from shared.posting.journal.told_rows import told_of, told_values

T = TypeVar("T")

SLOT = TypeAdapter(Slot)
INTENT = TypeAdapter(Intent)
TERMS = TypeAdapter(Terms)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A book and the ETags under which its rows were read or written."""

    book: Book
    etags: Mapping[str, str] = field(default_factory=dict)


def as_json(adapter: TypeAdapter[T], value: T) -> str:
    """*value* as JSON, for one property."""
    return adapter.dump_json(value).decode()


ADDED = frozenset({"since", "answered", "card_name"})
"""The fields of a slot that version 0.1.0 did not have."""


def slot_facts(slot: Slot) -> dict[str, object]:
    """A slot as plain JSON. Fields that were added later are left out when they are empty, so that an old page still
    equals what is computed from its entries.
    """
    facts: dict[str, object] = SLOT.dump_python(slot, mode="json")
    return {name: value for name, value in facts.items() if name not in ADDED or value}


def head_values(book: Book) -> dict[str, Value]:
    """The head row. Remaining and held are derived values, stored so that they can be checked."""
    position = book.position
    return {
        "remaining": remaining(book),
        "held": held(book),
        "overdraft": book.overdraft,
        "accrued": book.accrued,
        "sequence": position.sequence,
        "chain": position.chain,
        "at": instant_text(position.at),
        "nextAlarm": instant_text(position.next_alarm) if position.next_alarm else "",
        "zeroTold": book.zero_notified,
        **recharged_values(book.recharged),
        "slot": json.dumps(slot_facts(book.slot), separators=(",", ":")),
        **({"pause": json.dumps(pause_facts(book.pause), separators=(",", ":"))} if book.pause != NOT_PAUSED else {}),
        **told_values(book.told),
        "terms": TERMS.dump_json(book.terms, exclude=set(FURTHER_FIELDS)).decode(),
    }


FURTHER_FIELDS = frozenset({"name", "given", "closed_at"})
"""The fields of the terms that version 0.1.0 did not have."""


def absent_terms(terms: Terms) -> set[str]:
    """The empty ones of those fields. They are left out, so that terms of 0.1.0 are written as 0.1.0 wrote them."""
    return {name for name in FURTHER_FIELDS if not getattr(terms, name)}


def further_terms(terms: Terms) -> dict[str, Value]:
    """The separate row for the fields that 0.1.0 does not know; empty when none of them is set. During an upgrade from
    0.1.0, that version still writes the head, from the fields that it knows, and would drop the others there.
    """
    facts = TERMS.dump_python(terms, mode="json", include=set(FURTHER_FIELDS - absent_terms(terms)))
    return {"terms": json.dumps(facts, separators=(",", ":"))} if facts else {}


def terms_of(head: Mapping[str, Value], further: Row | None) -> Terms:
    """The terms in the head and in the row of further terms."""
    facts = json.loads(str(head["terms"]))
    return TERMS.validate_python({**facts, **(json.loads(str(further.values["terms"])) if further else {})})


def lot_values(lot: Lot) -> dict[str, Value]:
    """An open or closed lot's row."""
    return {
        "source": lot.source.value,
        "funding": lot.funding.value,
        "original": lot.original,
        "remaining": lot.remaining,
        "pinned": lot.pinned,
        "purchasedAt": instant_text(lot.purchased_at),
        "expiresAt": instant_text(lot.expires_at),
        "priority": lot.priority,
        "payment": lot.payment,
        "reference": lot.reference,
        "expired": lot.expired,
        **({"scope": ",".join(lot.scope)} if lot.scope else {}),
        **lot_parts(lot),
    }


def lot_of(lot: LotId, values: Mapping[str, Value]) -> Lot:
    """The lot in a row or a page."""
    return Lot(
        id=lot,
        source=LotSource(str(values["source"])),
        funding=Funding(str(values["funding"])),
        original=int(values["original"]),
        remaining=int(values["remaining"]),
        pinned=int(values["pinned"]),
        purchased_at=parse_instant(str(values["purchasedAt"])),
        expires_at=parse_instant(str(values["expiresAt"])),
        priority=int(values["priority"]),
        payment=str(values["payment"]),
        reference=str(values["reference"]),
        expired=int(values["expired"]),
        scope=tuple(str(values["scope"]).split(",")) if "scope" in values else (),
        **parts_of(values),
    )


def _instant_or_none(text: str) -> datetime | None:
    return parse_instant(text) if text else None


def loaded_from(rows: Iterable[Row]) -> Loaded | None:
    """The book in the rows under "a:"; None when there is no head."""
    by_key = {row.key: row for row in rows}
    head = by_key.get(HEAD)
    if head is None:
        return None
    values = head.values
    lots = [
        lot_of(LotId(key.removeprefix(OPEN_LOT)), row.values) for key, row in by_key.items() if key.startswith(OPEN_LOT)
    ]
    intents = [intent_of(row.values) for key, row in by_key.items() if key.startswith(OPEN_INTENT)]
    refunds = [refund_of(row.values) for key, row in by_key.items() if key.startswith(OPEN_REFUND)]
    settings = by_key.get(SETTINGS)
    book = Book(
        terms=terms_of(values, by_key.get(FURTHER_TERMS)),
        position=Position(
            int(values["sequence"]),
            str(values["chain"]),
            parse_instant(str(values["at"])),
            _instant_or_none(str(values["nextAlarm"])),
        ),
        lots={lot.id: lot for lot in lots},
        overdraft=int(values["overdraft"]),
        accrued=int(values["accrued"]),
        slot=SLOT.validate_json(str(values["slot"])),
        settings=SETTINGS_TYPE.validate_json(str(settings.values["settings"])) if settings else Settings(),
        intents={intent.id: intent for intent in intents},
        zero_notified=bool(values["zeroTold"]),
        recharged=recharged_of(values),
        told=told_of(values),
        pause=PAUSE.validate_json(str(values["pause"])) if "pause" in values else NOT_PAUSED,
        holds={
            key.removeprefix(OPEN_HOLD): hold_of(row.values) for key, row in by_key.items() if key.startswith(OPEN_HOLD)
        },
        entitlements=entitlements_of(by_key.get(ENTITLEMENTS)),
        refunds={refund.id: refund for refund in refunds},
        brake=brake_of(by_key.get(BRAKE)),
        habit=habit_of(by_key.get(HABIT)),
    )
    return Loaded(book, {key: row.etag for key, row in by_key.items()})


def intent_values(intent: Intent) -> dict[str, Value]:
    """An open or closed purchase's row."""
    return {"state": intent.state.value, "intent": INTENT.dump_json(intent, exclude=_absent_in_0_1(intent)).decode()}


def intent_facts(intent: Intent) -> dict[str, object]:
    """A purchase for a page."""
    facts: dict[str, object] = INTENT.dump_python(intent, mode="json", exclude=_absent_in_0_1(intent))
    return facts


def _absent_in_0_1(intent: Intent) -> set[str]:
    """The empty fields of a purchase that 0.1.0 did not have: they are left out, so that it is written as it was."""
    return set() if intent.by else {"by"}


def intent_of(values: Mapping[str, Value]) -> Intent:
    """The purchase in a row."""
    return INTENT.validate_json(str(values["intent"]))
