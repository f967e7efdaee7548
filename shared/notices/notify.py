"""A notice as a message for the queue `notices`, and what a notice may say about the card and auto-recharge."""

import json
from dataclasses import replace

from shared.ledger.book import Book
from shared.ledger.change import OutboxMessage
from shared.ledger.settings import Settings
from shared.ledger.slot import SlotState
from shared.notices.account_kinds import AutoRecharge
from shared.notices.kinds import ChargedCard
from shared.notices.message import notice_json
from shared.notices.notice import Notice

QUEUE = "notices"


def notice_message(book: Book, notice: Notice) -> OutboxMessage:
    """The outbox message that has *notice* sent to the account's administrators."""
    return OutboxMessage(QUEUE, {"account": book.terms.account, "notice": notice_json(notice)})


def last_notice_message(book: Book, notice: Notice) -> OutboxMessage:
    """The same for the commit that closes the account and deletes its settings. The administrators of *book*, before
    it, go along as the private part, which no page holds (R27); `closing_settings` reads them.
    """
    settings = book.settings
    readers = {
        "administrators": [dict(entry) for entry in settings.known_administrators],
        "version": settings.administrators_version,
        "silentRoles": settings.silent_roles,
    }
    return replace(notice_message(book, notice), private=json.dumps(readers))


def closing_settings(private: str) -> Settings:
    """Whom to notify, by the private part of the last notice."""
    readers = json.loads(private)
    return Settings(
        administrators=tuple(readers["administrators"]),
        administrators_version=readers["version"],
        silent_roles=tuple(readers["silentRoles"]),
    )


def card_shown(book: Book, card: str | None) -> ChargedCard | None:
    """As much of a stored card as an e-mail may name; None when it is no longer stored."""
    found = next((known for known in book.settings.cards if known.id == card), None)
    return ChargedCard(found.brand, found.last_four) if found else None


def low_balance_status(book: Book) -> AutoRecharge:
    """What auto-recharge is doing before it is needed."""
    auto_recharge, state = book.settings.auto_recharge, book.slot.state
    is_on = auto_recharge is not None and auto_recharge.enabled and bool(book.settings.usable_cards())
    is_waiting = is_on and state is SlotState.IDLE and book.pause.reason is None
    return AutoRecharge.READY if is_waiting else auto_recharge_status(book)


def auto_recharge_status(book: Book) -> AutoRecharge:
    """What auto-recharge is doing. A declined charge comes before a pause, which may date from before that charge."""
    auto_recharge, state = book.settings.auto_recharge, book.slot.state
    if state is SlotState.DECLINED:
        return AutoRecharge.DECLINED
    if auto_recharge is None or not auto_recharge.enabled or not book.settings.usable_cards():
        return AutoRecharge.OFF
    if state is not SlotState.IDLE:
        return AutoRecharge.UNDER_WAY
    return AutoRecharge.OFF if book.pause.reason is None else AutoRecharge.PAUSED
