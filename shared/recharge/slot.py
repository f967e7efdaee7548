"""The recharge slot's lifecycle: one payment a slot, however many tries it takes (R3, R4).

No new payment while the slot's payment is neither succeeded nor cancelled: a retry with a new payment could succeed
after the old one did, late.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.kernel.times import next_growing
from shared.ledger.book import Book, Recharged
from shared.ledger.change import NOTHING, Change
from shared.ledger.settings import Card, Settings
from shared.ledger.slot import Slot, SlotState
from shared.recharge.dunning import Severity, next_try
from shared.recharge.trigger import is_wanted, tell

LIFECYCLE = {  # state -> event -> next; a missing key is the refusal
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
"""The pauses between looks at a payment under way, should nobody bring news of it: as long again as it has been under
way, between the two."""


def _moved(slot: Slot, event: str) -> SlotState:
    return LIFECYCLE[slot.state][event]


def begin(book: Book, payment: str, card: Card, *, now: datetime) -> Change:
    """Committed BEFORE the payment is confirmed, so that no money moves unseen: the next try, on *card*."""
    slot = book.slot
    return Change(
        slot=replace(
            slot,
            state=_moved(slot, "begun"),
            payment=payment,
            attempt=slot.attempt + 1,
            card=card.id,
            retry_at=None,
            reason="",
            since=now,
        )
    )


def give_up(book: Book, payment: str, *, now: datetime) -> Change:
    """No longer wanted: the payment, if there is one, must be cancelled before anything else."""
    slot = book.slot
    if slot.state is SlotState.CANCELLING:
        return NOTHING
    state = _moved(slot, "unwanted")
    cancelling = replace(slot, state=state, payment=payment or slot.payment, retry_at=None, since=now)
    return Change(slot=cancelling, outbox=(tell(book, slot.sequence),))


def declined(book: Book, why: str, how: Severity, *, now: datetime) -> Change:
    """The try failed. Soft: again when the schedule says. Hard: this card never again, the next stored one at once."""
    slot = book.slot
    soft = slot.soft_declines + (how is Severity.SOFT)
    settings = _refusing(book.settings, slot.card) if how is Severity.HARD else book.settings
    retry_at = next_try(soft, now=now) if how is Severity.SOFT else (now if settings.usable_cards() else None)
    return Change(
        slot=replace(slot, state=_moved(slot, "declined"), reason=why, soft_declines=soft, retry_at=retry_at),
        settings=settings if settings != book.settings else None,
        outbox=(tell(book, slot.sequence),) if retry_at == now else (),
    )


def not_created(book: Book, why: str, *, now: datetime) -> Change:
    """The provider refuses even to create the payment. No card was asked, so it is tried again by the schedule of soft
    declines, whatever the reason: the next card would meet the same refusal at once.
    """
    slot, soft = book.slot, book.slot.soft_declines + 1
    declined = replace(slot, state=_moved(slot, "not created"), reason=why, soft_declines=soft)
    return Change(slot=replace(declined, retry_at=next_try(soft, now=now)))


def _refusing(settings: Settings, card_id: str) -> Settings:
    """Mark the card as refused for good, and every other record of the same plastic."""
    culprits = [card for card in settings.cards if card.id == card_id]
    cards = tuple(
        replace(card, refused=True) if any(card.is_same_card(culprit) for culprit in culprits) else card
        for card in settings.cards
    )
    return replace(settings, cards=cards)


def ended(book: Book, payment: str) -> Change:
    """The slot's payment is cancelled: the slot is free, and what the month's cap had reserved is given back."""
    if book.slot.state is SlotState.IDLE or book.slot.payment != payment:
        return NOTHING
    return Change(slot=_free(book.slot, "ended"), recharged=_unreserved(book))


def settled(book: Book, payment: str) -> Change:
    """The money came: free the slot, but only if it is this payment's."""
    if book.slot.state is SlotState.IDLE or book.slot.payment != payment:
        return NOTHING
    return Change(slot=_free(book.slot, "settled"))


def _free(slot: Slot, event: str) -> Slot:
    return Slot(_moved(slot, event), slot.sequence)


def _unreserved(book: Book) -> Recharged:
    return replace(book.recharged, amount=max(0, book.recharged.amount - book.slot.amount))


def reset(book: Book, *, now: datetime) -> Change:
    """A new card, or a purchase by hand that settled: a declined slot is tried again now, or dropped (R4)."""
    slot = book.slot
    if slot.state is not SlotState.DECLINED:
        return NOTHING
    if not is_wanted(book, now=now):
        return give_up(book, slot.payment, now=now)
    return Change(slot=replace(slot, soft_declines=0, retry_at=now), outbox=(tell(book, slot.sequence),))


def next_check(slot: Slot, *, after: datetime) -> datetime | None:
    """The first instant behind *after* at which the slot must be looked at though nobody asks: a retry's time, or while
    money may be moving.
    """
    if slot.state is SlotState.IDLE or (slot.state is SlotState.DECLINED and slot.retry_at is None):
        return None
    if slot.retry_at is not None and slot.retry_at > after:
        return slot.retry_at
    return next_growing(slot.retry_at or slot.since or after, after, FIRST_CHECK_AFTER, CHECK_PAUSE_MAX)


def look(book: Book, *, after: datetime, now: datetime) -> Change:
    """The alarm's part: have the slot moved again when a look at it has become due behind *after*. What becomes of it
    is decided by asking the provider.
    """
    slot, due = book.slot, next_check(book.slot, after=after)
    if due is None:
        return NOTHING
    is_undated = slot.since is None and slot.retry_at is None  # begun by 0.1.0: every look asks
    return Change(outbox=(tell(book, slot.sequence),)) if is_undated or due <= now else NOTHING
