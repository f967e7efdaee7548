"""Refunds of the unspent part of a paid lot, to the card it came from (R6).

A refund has two phases: its part is set aside in a commit, then the payment provider is asked, and then the part goes
from the lot to the card. So no call can spend what is being refunded, and no refund takes what a call has spent.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.kernel.card_money import whole_on_card
from shared.kernel.ids import digest
from shared.kernel.money import Money
from shared.ledger.apply import apply
from shared.ledger.book import Book, Funding, Lot, Refused
from shared.ledger.change import (
    CARD,
    NOTHING,
    OVERDRAFT,
    Change,
    Entry,
    EventName,
    Movement,
    MovementKind,
    lot_place,
)
from shared.ledger.money_back import give_back, take_back
from shared.ledger.pin import lapsed_rest
from shared.ledger.refund import Refund, RefundState
from shared.ledger.reverse import distributed

SOURCE = "refund"
"""The source of the event that a movement of a refund names."""

REFUNDS_MAX = 20
"""The most open refunds of an account: each may have a row in the same commit, and is moved by a message of its own."""


def refundable(lot: Lot, currency: str) -> int:
    """What of *lot* can be refunded now: what is neither spent nor set aside, rounded down to what a card takes."""
    return whole_on_card(Money(lot.free, currency)).micros


def begin(book: Book, lot: Lot | None, amount: int | None, name: str, *, now: datetime) -> Change | Refused:
    """Set aside *amount* of *lot*, or all that is refundable. *name* ends the refund's id, which begins with its time.
    Refused with `lot_spent` when less is unspent, and with `not_refundable` for a lot that has no payment, has expired
    or is disputed.
    """
    flaw = _flaw(lot, now=now)
    if lot is None or flaw:
        return flaw or Refused("not_found", "there is no such lot")
    most = refundable(lot, book.terms.currency)
    wanted = most if amount is None else amount
    if most == 0 or wanted > most:
        left = Money(most, book.terms.currency)
        return Refused("lot_spent", f"{left.text} {left.currency} of the lot can be refunded", "/amount")
    if sum(refund.is_open for refund in book.refunds.values()) >= REFUNDS_MAX:
        return Refused("payment_pending", f"at most {REFUNDS_MAX} refunds are under way at a time")
    refund = Refund(
        id=f"{now:%Y%m%d%H%M%S%f}-{name}",
        lot=lot.id,
        payment=lot.payment,
        amount=wanted,
        state=RefundState.PENDING,
        created_at=now,
        touched_at=now,
    )
    return Change(refunds=(refund,), result={"refund": refund.id})


def _flaw(lot: Lot | None, *, now: datetime) -> Refused | None:
    """Why nothing of *lot* can ever be refunded."""
    if lot is None:
        return None
    if lot.funding is not Funding.PAID or not lot.payment:
        return Refused("not_refundable", "only credit that was paid by card is refunded", "/lot")
    if lot.is_disputed:
        return Refused("not_refundable", "the payment of this lot is disputed", "/lot")
    return None if lot.usable_at(now) else Refused("not_refundable", "the lot has expired", "/lot")


def succeed(refund: Refund, provider_id: str, *, now: datetime) -> Change:
    """The part that an open *refund* has set aside went to the card."""
    done = replace(refund, state=RefundState.SUCCEEDED, provider_id=provider_id, touched_at=now)
    entries = (Entry(lot_place(refund.lot), CARD, refund.amount),)
    return Change(refunds=(done,), movements=(Movement(MovementKind.REFUND, entries, EventName(SOURCE, refund.id)),))


def made_elsewhere(
    book: Book, lot: Lot, provider_id: str, amount: int, created_at: datetime, *, now: datetime
) -> Change:
    """Somebody has refunded *amount* with the provider's own tools. What was already spent becomes overdraft."""
    taken = take_back(lot, amount, CARD)
    refund = Refund(
        id=f"{now:%Y%m%d%H%M%S%f}-{digest(book.terms.account, provider_id)[:10]}",
        lot=lot.id,
        payment=lot.payment,
        amount=amount,
        state=RefundState.SUCCEEDED,
        created_at=min(created_at, now),
        touched_at=now,
        provider_id=provider_id,
        used=taken.used,
        beside=sum(entry.amount for entry in taken.entries if (entry.source, entry.target) == (OVERDRAFT, CARD)),
    )
    movement = Movement(MovementKind.REFUND, taken.entries, EventName(SOURCE, refund.id))
    return Change(refunds=(refund,), movements=(movement,))


def fail(book: Book, refund: Refund, lot: Lot, reason: str, grace: timedelta, *, now: datetime) -> Change:
    """*refund* was refused, or failed: what it has set aside is free again; what it has taken is given back. Either
    lapses at once if the lot has lapsed.
    """
    failed = replace(refund, state=RefundState.FAILED, reason=reason, touched_at=now)
    if refund.is_open:
        freed = Change(refunds=(failed,))
        return freed.then(lapsed_rest(apply(book, freed), [(refund.lot, refund.amount)], grace, now=now))
    returned = give_back(book, lot, refund.amount, CARD, beside=refund.beside, used=refund.used, grace=grace, now=now)
    event = EventName(SOURCE, refund.id)
    opened, spread = distributed(book, (), returned.spare, event, now=now)
    movement = Movement(MovementKind.CORRECTION, returned.entries + spread, event)
    return Change(refunds=(failed,), movements=(movement,), opened=opened)


def accepted(refund: Refund, provider_id: str, *, now: datetime) -> Change:
    """The provider has accepted an open *refund* under *provider_id*; its outcome is not known yet."""
    if provider_id == refund.provider_id:
        return NOTHING
    return Change(refunds=(replace(refund, provider_id=provider_id, touched_at=now),))
