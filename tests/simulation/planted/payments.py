"""Bugs in recharges, purchases and their payments."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.kernel.ids import CardId, PaymentId
from shared.kernel.money import Money
from shared.ledger.balance import spendable
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.intent import Intent
from shared.ledger.slot import Slot, SlotState
from shared.ports import Confirmation, Presence
from shared.posting.decision import Event, event
from shared.recharge import slot, trigger
from shared.service.services import Services
from shared.use_cases.cards import limit_card_attempts
from shared.use_cases.payments import settle_payment
from shared.use_cases.purchases import start_purchase
from shared.use_cases.recharge import recharge_account
from shared.views import purchases
from tests.simulation.planted.bug import Bug, Patch


def _new_payment_per_retry() -> list[Patch]:
    declined = slot.declined

    def forgetful(*arguments: Any, **options: Any) -> Change:
        change = declined(*arguments, **options)
        return replace(change, slot=replace(change.slot, payment="")) if change.slot else change

    return [(slot, "declined", forgetful)]


def _grant_not_keyed() -> list[Patch]:
    def by_news(payment: PaymentId, money: Money) -> Event:
        return event("payment", payment, uuid.uuid4().hex, content=money.text)

    return [(settle_payment, "payment_event", by_news)]


def _confirmed_before_committed() -> list[Patch]:
    create = recharge_account._create

    async def create_and_confirm(services: Services, book: Book) -> PaymentId:
        payment = await create(services, book)
        card = book.settings.usable_cards()[0]
        confirmation = Confirmation(payment, CardId(card.id), Presence.BUYER_ABSENT)
        await services.payments.confirm(confirmation, f"{payment}|1|{card.id}")
        return payment

    return [(recharge_account, "_create", create_and_confirm)]


def _new_key_per_try() -> list[Patch]:
    def anything(*_name: str, **_now: datetime) -> str:
        return uuid.uuid4().hex

    return [(recharge_account, "hourly", anything)]


def _any_money_frees_the_slot() -> list[Patch]:
    def settled(book: Book, _payment: str, **_at: datetime) -> Change:
        return NOTHING if book.slot.state is SlotState.IDLE else Change(slot=Slot(SlotState.IDLE, book.slot.sequence))

    return [(slot, "settled", settled)]


def _trigger_is_an_edge() -> list[Patch]:
    evaluate = trigger.evaluate

    def crossing(book: Book, *, now: datetime, **given: Any) -> Change:
        order = book.settings.auto_recharge
        if order is None or spendable(book, now) == 0:
            return NOTHING
        return evaluate(book, now=now, **given)

    return [(trigger, "evaluate", crossing)]


def _decline_of_whichever_try() -> list[Patch]:
    """A decline is booked on the current slot, not on the attempt to which it belongs."""
    decline = recharge_account._decline

    async def careless(services: Services, book: Book, *rest: Any) -> None:
        await decline(services, await services.book(book.terms.account), *rest)

    return [(recharge_account, "_decline", careless)]


def _limited_after_the_charge() -> list[Patch]:
    """Card attempts are counted when the purchase is read for the answer, not before it is started."""
    find = purchases.find_purchase

    async def uncounted(*_arguments: Any) -> None:
        return None

    async def find_and_count(services: Services, book: Book, name: str) -> Intent:
        await limit_card_attempts.count_card_attempt(services, book.terms.account, name.rpartition("-")[2])
        return await find(services, book, name)

    return [(start_purchase, "count_card_attempt", uncounted), (start_purchase, "find_purchase", find_and_count)]


BUGS: tuple[Bug, ...] = (
    Bug("new payment per retry", "a retry makes a new payment", "recharging", 40, _new_payment_per_retry),
    Bug("grant not keyed", "every webhook of a payment makes a lot", "recharging", 20, _grant_not_keyed),
    Bug(
        "confirmed first",
        "a card is charged before a page names the payment",
        "recharging",
        5,
        _confirmed_before_committed,
    ),
    Bug("new key per try", "a repeated attempt makes another charge", "everything", 100, _new_key_per_try),
    Bug(
        "any money frees the slot",
        "a purchase ends a recharge in progress",
        "everything",
        100,
        _any_money_frees_the_slot,
    ),
    Bug("trigger is an edge", "at a balance of zero nothing triggers", "recharging", 20, _trigger_is_an_edge),
    Bug("limited afterwards", "a throttled request charges a card", "card testing", 10, _limited_after_the_charge),
)

Make = Callable[[], list[Patch]]
