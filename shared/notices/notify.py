"""A notice as something to tell: what a rule adds to its change, and what it may say about card and auto-recharge."""

from shared.ledger.book import Book
from shared.ledger.change import OutboxMessage
from shared.ledger.slot import SlotState
from shared.notices.kinds import AutoRecharge, ChargedCard, Notice
from shared.notices.message import notice_json

QUEUE = "notices"


def tell(book: Book, notice: Notice) -> OutboxMessage:
    """The outbox's word for *notice*."""
    return OutboxMessage(QUEUE, {"account": book.terms.account, "notice": notice_json(notice)})


def card_shown(book: Book, card: str | None) -> ChargedCard | None:
    """As much of a stored card as an e-mail may name; None when it is stored no more."""
    found = next((known for known in book.settings.cards if known.id == card), None)
    return ChargedCard(found.brand, found.last_four) if found else None


def auto_recharge_status(book: Book) -> AutoRecharge:
    """What auto-recharge is about."""
    order = book.settings.auto_recharge
    if order is None or not order.enabled or not book.settings.usable_cards():
        return AutoRecharge.DECLINED if book.slot.state is SlotState.DECLINED else AutoRecharge.OFF
    if book.slot.state in {SlotState.WANTED, SlotState.CHARGING}:
        return AutoRecharge.UNDER_WAY
    if book.pause.reason is not None:
        return AutoRecharge.PAUSED
    return AutoRecharge.DECLINED if book.slot.state is SlotState.DECLINED else AutoRecharge.OFF
