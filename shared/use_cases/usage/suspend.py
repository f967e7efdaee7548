"""Suspense: usage that cannot be booked is kept with its reason (R24)."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime

from shared.kernel.ids import digest
from shared.kernel.times import instant_text, parse_instant
from shared.ledger.book import Book, Terms
from shared.ledger.change import Change, OutboxMessage
from shared.ports import Encoding, Suspended, Suspense
from shared.ports.suspense import key_of_bytes
from shared.posting.decision import Answer, Decision, Event, MarkerKind, Posted
from shared.posting.journal.keys import UNATTRIBUTED
from shared.posting.outbox import OutgoingMessage
from shared.service.concealed import concealed, is_concealed
from shared.service.services import Services
from shared.telemetry.instruments import SUSPENDED
from shared.use_cases.usage.envelope import ROW, Named
from shared.use_cases.usage.reason import Nameless, Unbookable

QUEUE = "suspense"
"""Not a storage queue: the outbox writes these messages to the table `Suspense`."""

REASON = "reason"
"""The name under which a marker's result has the reason, for a row of a file."""

NO_CURRENCY, NO_COUNTRY = "XXX", "ZZ"
"""The codes for no currency (ISO 4217) and no country (ISO 3166-1 reserves ZZ for users)."""


async def suspend(
    services: Services, named: Named, unbookable: Unbookable, *, event: Event, kind: MarkerKind, home: Terms
) -> Answer:
    """Settle *event* as not bookable: write its marker and an outbox message for suspense in one commit. *home* are the
    terms of the account, or of the partition for unknown accounts.

    Because of the one commit, the event cannot be both booked and in suspense, nor neither. Only the partition for
    unknown accounts is created by it: an account without a head is refused, because it must be rebuilt.
    """
    source, name = [await concealed(services, named.account, text) for text in (named.source, named.id)]
    body = {"account": named.account, "source": source, "event": name, **_reason_facts(unbookable)}

    def decide(_book: Book, now: datetime) -> Change:
        return Change(
            outbox=(OutboxMessage(QUEUE, {**body, "receivedAt": instant_text(now)}, named.text),),
            result={ROW: named.row, REASON: unbookable.reason.value} if named.row else {},
        )

    opens, epoch = (home, None) if home.account == UNATTRIBUTED else (None, home.epoch)
    answer = await services.ledger.post(
        home.account, Decision(decide, event, kind=kind, opening_terms=opens, epoch=epoch)
    )
    if isinstance(answer, Posted):
        SUSPENDED.add(1, {"reason": unbookable.reason.value})
    return answer


async def suspend_nameless(services: Services, items: Sequence[Nameless]) -> set[bytes]:
    """Keep items without identity under keys of their bytes: the same bytes are the same item. Return the new ones."""
    new = await services.suspense.put_unidentified([_kept(item, services.clock.now()) for item in items])
    for item in new:
        SUSPENDED.add(1, {"reason": item.reason})
    return {raw_of(item) for item in new}


def _kept(item: Nameless, now: datetime) -> Suspended:
    message, encoding = encode_raw(item.raw)
    return Suspended(
        id=key_of_bytes(item.raw),
        reason=item.flaw.reason.value,
        detail=item.flaw.detail,
        received_at=now,
        message=message,
        encoding=encoding,
        row=item.row,
        source=item.source or None,
        event=item.id or None,
    )


def encode_raw(raw: bytes) -> tuple[str, Encoding]:
    """The bytes as text, from which `raw_of` restores them."""
    try:
        return raw.decode(), Encoding.TEXT
    except UnicodeDecodeError:
        return b64encode(raw).decode(), Encoding.BASE64


def raw_of(item: Suspended) -> bytes:
    """The bytes that were received."""
    return b64decode(item.message) if item.encoding is Encoding.BASE64 else item.message.encode()


async def fill_suspense(suspense: Suspense, message: OutgoingMessage) -> None:
    """Write the item of an outbox message. If it is sent again, the item has the same id."""
    facts = json.loads(message.text)
    received_at = parse_instant(facts["receivedAt"])
    await suspense.put(
        Suspended(
            id=f"{received_at:%Y%m%d%H%M%S%f}-{digest(facts['id'])[:16]}",
            reason=facts["reason"],
            detail=facts["detail"],
            received_at=received_at,
            message=message.private,
            account=facts["account"],
            source=_whole(facts["source"], "source", message.private),
            event=_whole(facts["event"], "id", message.private),
        )
    )


def _whole(name: str, field: str, event: str) -> str:
    """The *name* that the *event* gives in *field*, where the page has only what conceals it."""
    return str(json.loads(event)[field]) if is_concealed(name) else name


def unattributed(services: Services) -> Terms:
    """The terms of the partition for usage of unknown accounts: it is written like an account, but holds no money."""
    now = services.clock.now()
    return Terms(UNATTRIBUTED, NO_CURRENCY, NO_COUNTRY, "UTC", "", now, now, "unattributed")


def _reason_facts(unbookable: Unbookable) -> dict[str, str]:
    return {"reason": unbookable.reason.value, "detail": unbookable.detail}
