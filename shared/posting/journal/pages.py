"""Journal pages: one for each commit, never changed, chained by hash. Book and markers can be rebuilt from them alone.

A page's body is JSON in the string properties p0 to p6:

    sequence, previous, token, at    its number, the hash of the page before, the attempt that wrote it, the time
    movements                        each with its entries [from, to, micro-units] and its explanation
    opened, marks, intents, settings, entitlements, licences, brake
                                     facts of this commit that a rebuild needs (marks: the markers; only a digest of the
                                     administrators)
    holds, ended                     holds that were opened or extended, and that ended, each after the number of
                                     movements that came before it
    refunds, disputed                refunds that began or moved on, and claims on lots, each after the number of
                                     movements that came before it
    outbox                           the messages to send, in order (without their private parts)
    after                            the head after it, and what every open lot then held: the balance at any instant
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from shared.kernel.ids import LotId
from shared.kernel.times import instant_text, parse_instant
from shared.ledger.book import Book, Lot, Position, Terms
from shared.ledger.change import Change, Entry, EventName, Movement, MovementKind, PoolUse
from shared.ledger.hold import HoldEnd
from shared.ledger.pause import NOT_PAUSED
from shared.ports import Row, Value
from shared.posting.decision import Marker
from shared.posting.journal.brake_rows import BRAKE_TYPE
from shared.posting.journal.call_rows import ENTITLEMENTS, HOLD, LICENCE
from shared.posting.journal.money_back_rows import PAUSE, REFUND, disputed_of, pause_facts
from shared.posting.journal.recharged_rows import recharged_facts, recharged_in
from shared.posting.journal.rows import INTENT, SLOT, TERMS, absent_terms, intent_facts, lot_of, lot_values, slot_facts
from shared.posting.journal.settings_rows import SETTINGS_TYPE, settings_facts
from shared.posting.journal.told_rows import told_facts, told_in

PROPERTY_CHARACTERS = 32_000
"""Table Storage takes 32,767 characters a string property."""

BODY_CHARACTERS = 7 * PROPERTY_CHARACTERS

FIRST_CHAIN = "0" * 64
"""The first page has this instead of the hash of the page before."""


_ENCODER = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Page:
    """A page as stored: its facts, and its hash, which the next page repeats."""

    sequence: int
    at: datetime
    token: str
    previous: str
    hash: str
    facts: Mapping[str, Any]


def empty_book(terms: Terms) -> Book:
    """The book before an account's first page."""
    return Book(terms, Position(0, FIRST_CHAIN, terms.opened_at, None))


def movement_json(movement: Movement) -> str:
    """A movement as JSON for a page. It is ASCII: a character is one UTF-16 unit, so that the limit can be counted."""
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
    if movement.capability:
        facts["capability"] = movement.capability
    if movement.replaces:
        facts["replaces"] = movement.replaces
    if movement.pools:
        facts["pools"] = [[use.pool, use.seconds, use.user] for use in movement.pools]
    facts["entries"] = [[entry.source, entry.target, entry.amount] for entry in movement.entries]
    return _ENCODER.encode(facts)


def movement_of(facts: Mapping[str, Any]) -> Movement:
    """The movement in a page."""
    return Movement(
        kind=MovementKind(facts["kind"]),
        entries=tuple(Entry(*entry) for entry in facts["entries"]),
        event=EventName(*facts["event"]) if "event" in facts else None,
        started_at=parse_instant(facts["startedAt"]) if "startedAt" in facts else None,
        user=facts.get("user", ""),
        digits=facts.get("digits", ""),
        explanation=facts.get("explanation", {}),
        pools=tuple(PoolUse(*use) for use in facts.get("pools", ())),
        capability=facts.get("capability", ""),
        replaces=facts.get("replaces", ""),
    )


def marker_json(marker: Marker) -> list[object]:
    """A marker as a fact of a page."""
    return [marker.event.key, marker.event.content, marker.kind.value, marker.movement, dict(marker.result)]


def opened_json(lot: Lot) -> dict[str, Value]:
    """A new lot as a fact of a page."""
    return {"id": lot.id, **lot_values(lot)}


def after_facts(book: Book) -> dict[str, object]:
    """The head after a commit, and what every open lot then held."""
    paused = {"pause": pause_facts(book.pause)} if book.pause != NOT_PAUSED else {}
    return {
        "overdraft": book.overdraft,
        "accrued": book.accrued,
        "zeroTold": book.zero_notified,
        **recharged_facts(book.recharged),
        "slot": slot_facts(book.slot),
        **paused,
        **told_facts(book.told),
        "nextAlarm": instant_text(book.position.next_alarm) if book.position.next_alarm else "",
        "lots": {lot.id: _left(lot) for lot in book.lots.values()},
    }


def _left(lot: Lot) -> list[int]:
    """What an open lot has, and what of it holds have pinned; then, if there is any, what can be spent of it by nobody
    because it is being refunded or the lot is disputed.
    """
    frozen = lot.remaining - lot.pinned if lot.is_disputed else lot.refunding
    return [lot.remaining, lot.pinned, *([frozen] if frozen else [])]


def body_of(before: Book, after: Book, token: str, movements: Sequence[str], facts: Mapping[str, object]) -> str:
    """The whole text of the page that leads from *before* to *after*. *movements* are JSON texts."""
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
        frame["settings"] = settings_facts(after.settings)
    if after.entitlements is not before.entitlements:
        frame["entitlements"] = ENTITLEMENTS.dump_python(after.entitlements, mode="json")
    if after.brake is not before.brake:
        frame["brake"] = BRAKE_TYPE.dump_python(after.brake, mode="json")
    changed = [intent for key, intent in after.intents.items() if before.intents.get(key) != intent]
    if changed:
        frame["intents"] = [intent_facts(intent) for intent in changed]
    text = _ENCODER.encode(frame)
    return f'{text[:-1]},"movements":[{",".join(movements)}]}}'


def page_hash(body: str) -> str:
    """The hash that chains pages: a digest of the whole text, which includes the hash of the page before."""
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


def body_text(row: Row) -> str:
    """The whole text of the page in a row, of which its hash is made."""
    return "".join(str(row.values[f"p{number}"]) for number in range(int(row.values["parts"])))


def page_of(row: Row) -> Page:
    """The page in a row. Its hash is computed from the text; the stored one is not used."""
    body = body_text(row)
    facts = json.loads(body)
    return Page(
        facts["sequence"], parse_instant(facts["at"]), facts["token"], facts["previous"], page_hash(body), facts
    )


def change_of(page: Page) -> Change:
    """What the page did, as a change for `apply`."""
    facts = page.facts
    return Change(
        movements=tuple(movement_of(movement) for movement in facts["movements"]),
        opened=tuple(lot_of(LotId(lot["id"]), lot) for lot in facts.get("opened", ())),
        intents=tuple(INTENT.validate_python(intent) for intent in facts.get("intents", ())),
        slot=SLOT.validate_python(facts["after"]["slot"]),
        settings=SETTINGS_TYPE.validate_python(facts["settings"]) if "settings" in facts else None,
        zero_notified=facts["after"]["zeroTold"],
        recharged=recharged_in(facts["after"]),
        told=told_in(facts["after"]),
        pause=PAUSE.validate_python(facts["after"]["pause"]) if "pause" in facts["after"] else NOT_PAUSED,
        terms=TERMS.validate_python(facts["terms"]) if "terms" in facts else None,
        holds=tuple(HOLD.validate_python(hold) for _, hold in facts.get("holds", ())),
        ended=tuple((key, HoldEnd(how)) for _, key, how in facts.get("ended", ())),
        entitlements=ENTITLEMENTS.validate_python(facts["entitlements"]) if "entitlements" in facts else None,
        licences=tuple(LICENCE.validate_python(licence) for licence in facts.get("licences", ())),
        refunds=tuple(REFUND.validate_python(refund) for _, refund in facts.get("refunds", ())),
        disputed=tuple(map(disputed_of, facts.get("disputed", ()))),
        brake=BRAKE_TYPE.validate_python(facts["brake"]) if "brake" in facts else None,
    )
