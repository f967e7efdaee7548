"""The recharge slot's lifecycle: one payment for each slot, however many tries it takes (R3, R4).

No new payment is created while the slot's payment has neither succeeded nor been cancelled. Otherwise a retry could
succeed with the new payment, and the old one could succeed later too.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from shared.kernel.times import next_backoff
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.recharged import recharged_this_month, with_charge, without_reserve
from shared.ledger.settings import Card, Settings
from shared.ledger.slot import Slot, SlotState
from shared.recharge.dunning import Severity, next_try
from shared.recharge.stored_cards import need_holder, refuse, remove
from shared.recharge.trigger import is_wanted, slot_message

LIFECYCLE = {  # state -> event -> next state; a missing key means that the event cannot happen
    SlotState.IDLE: {"wanted": SlotState.WANTED},
    SlotState.WANTED: {
        "begun": SlotState.CHARGING,
        "not created": SlotState.DECLINED,
        "unwanted": SlotState.CANCELLING,
    },
    SlotState.CHARGING: {
        "declined": SlotState.DECLINED,
        "unwanted": SlotState.CANCELLING,
        "settled": SlotState.IDLE,
        "ended": SlotState.IDLE,
    },
    SlotState.DECLINED: {
        "begun": SlotState.CHARGING,
        "not created": SlotState.DECLINED,
        "unwanted": SlotState.CANCELLING,
        "settled": SlotState.IDLE,
        "ended": SlotState.IDLE,
    },
    SlotState.CANCELLING: {"settled": SlotState.IDLE, "ended": SlotState.IDLE},
}

FIRST_CHECK_AFTER, CHECK_PAUSE_MAX = timedelta(seconds=120), timedelta(hours=1)
"""The shortest and longest pause between checks of a payment under way, for which no webhook arrives. Each pause is as
long as the payment has been under way, within these limits."""


def _moved(slot: Slot, event: str) -> SlotState:
    return LIFECYCLE[slot.state][event]


def begin(book: Book, payment: str, card: Card, *, now: datetime) -> Change:
    """Begin the next try, on *card*. This is committed BEFORE the payment is confirmed, so that every charge is
    recorded before money moves. From now on its amount is reserved in the month of this try.
    """
    slot, recharged = book.slot, recharged_this_month(book, now=now)
    return Change(
        recharged=None if recharged == book.recharged else recharged,
        slot=replace(
            slot,
            state=_moved(slot, "begun"),
            payment=payment,
            attempt=slot.attempt + 1,
            card=card.id,
            card_name=card.name,
            retry_at=None,
            reason="",
            since=now,
        ),
    )


def card_to_try(book: Book) -> Card | None:
    """The first usable card. Right after `reset` it is the first other than the one that was declined: whoever stores a
    second card wants that one charged, and the first would only be declined again (R4).
    """
    slot, usable = book.slot, book.settings.usable_cards()
    is_reset = slot.state is SlotState.DECLINED and not slot.soft_declines
    others = [card for card in usable if is_reset and card.id != slot.card and not card.needs_holder]
    return next(iter(others or usable), None)


def give_up(book: Book, payment: str, *, now: datetime) -> Change:
    """The recharge is no longer wanted: its payment, if there is one, must be cancelled before another one begins."""
    slot = book.slot
    if slot.state is SlotState.CANCELLING:
        return NOTHING
    state = _moved(slot, "unwanted")
    cancelling = replace(slot, state=state, payment=payment or slot.payment, retry_at=None, since=now)
    return Change(slot=cancelling, outbox=(slot_message(book, slot.sequence),))


def declined(book: Book, reason: str, severity: Severity, *, answered: str, now: datetime) -> Change:
    """The try failed. Soft decline: the schedule says when to try again. Else this card is not tried again, before its
    holder has confirmed it or at all; the next stored one is tried at once. *answered* names this decline at the
    provider.
    """
    slot = book.slot
    soft = slot.soft_declines + (severity is Severity.SOFT)
    settings = _AFTER[severity](book.settings, slot)
    is_next = any(not card.needs_holder for card in settings.usable_cards())
    retry_at = next_try(soft, now=now) if severity is Severity.SOFT else (now if is_next else None)
    failed = replace(slot, state=_moved(slot, "declined"), reason=reason, soft_declines=soft, retry_at=retry_at)
    return Change(
        slot=replace(failed, answered=answered),
        settings=settings if settings != book.settings else None,
        outbox=(slot_message(book, slot.sequence),) if retry_at == now else (),
    )


_AFTER: Mapping[Severity, Callable[[Settings, Slot], Settings]] = {
    Severity.SOFT: lambda settings, _: settings,
    Severity.HARD: refuse,
    Severity.HOLDER: need_holder,
    Severity.GONE: lambda settings, slot: remove(settings, slot.card),
}
"""What a decline does to the card."""


def not_created(book: Book, reason: str, *, now: datetime) -> Change:
    """The provider refuses to create the payment. No card was charged, and the next card would be refused likewise, so
    it is tried again by the schedule of soft declines, whatever the reason.
    """
    slot, soft = book.slot, book.slot.soft_declines + 1
    declined = replace(slot, state=_moved(slot, "not created"), reason=reason, soft_declines=soft)
    return Change(slot=replace(declined, retry_at=next_try(soft, now=now)))


def ended(book: Book, payment: str) -> Change:
    """The slot's payment is cancelled: free the slot, and no longer count its amount towards the month's cap."""
    if book.slot.state is SlotState.IDLE or book.slot.payment != payment:
        return NOTHING
    return Change(slot=_free(book.slot, "ended"), recharged=without_reserve(book))


def settled(book: Book, payment: str, *, charged_at: datetime, now: datetime) -> Change:
    """The payment succeeded: free the slot, if it is the slot of this payment. Its amount counts in the month in which
    the card was charged.
    """
    if book.slot.state is SlotState.IDLE or book.slot.payment != payment:
        return NOTHING
    return Change(slot=_free(book.slot, "settled"), recharged=with_charge(book, charged_at, now=now))


def _free(slot: Slot, event: str) -> Slot:
    return Slot(_moved(slot, event), slot.sequence)


def reset(book: Book, *, now: datetime) -> Change:
    """Called after a new card, or a purchase by hand that succeeded: a declined slot is tried again now, or given up if
    the recharge is no longer wanted (R4).
    """
    slot = book.slot
    if slot.state is not SlotState.DECLINED:
        return NOTHING
    if not is_wanted(book, now=now):
        return give_up(book, slot.payment, now=now)
    return Change(slot=replace(slot, soft_declines=0, retry_at=now), outbox=(slot_message(book, slot.sequence),))


def next_check(slot: Slot, *, after: datetime) -> datetime | None:
    """The first instant after *after* at which the slot must be checked without any request: the time of a retry, or,
    while money may be moving, the next check of its payment.
    """
    if slot.state is SlotState.IDLE or (slot.state is SlotState.DECLINED and slot.retry_at is None):
        return None
    if slot.retry_at is not None and slot.retry_at > after:
        return slot.retry_at
    return next_backoff(slot.retry_at or slot.since or after, after, FIRST_CHECK_AFTER, CHECK_PAUSE_MAX)


def check(book: Book, *, after: datetime, now: datetime) -> Change:
    """Send a message for the slot if a check has become due after *after*. The use case that receives it asks the
    provider and moves the slot.
    """
    slot, due = book.slot, next_check(book.slot, after=after)
    if due is None:
        return NOTHING
    is_undated = slot.since is None and slot.retry_at is None  # begun by 0.1.0: every check sends a message
    return Change(outbox=(slot_message(book, slot.sequence),)) if is_undated or due <= now else NOTHING
