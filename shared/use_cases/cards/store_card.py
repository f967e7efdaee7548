"""Store a card (R5). This never switches on auto-recharge, but a declined recharge is tried again (R4)."""

import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.kernel.ids import digest
from shared.ledger.apply import apply
from shared.ledger.book import Book, Refused
from shared.ledger.change import Change
from shared.ledger.settings import CARDS_MAX, Card
from shared.ports import NO_SUCH_METHOD, Decline, StoredCard
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision, Posted, Unchanged
from shared.recharge.slot import reset
from shared.service.http import Flaw, ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.service.texts import ProviderId
from shared.use_cases.cards.limit_card_attempts import count_card_attempt
from shared.use_cases.cards.open_customer import open_customer
from shared.use_cases.payments.provider_key import hourly
from shared.views.settings import card_json


class NewCard(BaseModel):
    """What the provider's form returned. The service never receives card numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    paymentMethod: ProviderId  # noqa: N815 - the wire's name


async def store_card(services: Services, request: Request) -> Reply:
    """201 with the data of the card that may be shown; `card_declined` when its bank refuses it."""
    method = request.json(NewCard).paymentMethod
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    count_as = uuid.uuid4().hex
    await count_card_attempt(services, request.account, count_as)
    customer = await open_customer(services, book)
    attempt = digest(book.terms.account, book.terms.epoch, method, str(book.position.sequence))[:32]
    stored = await services.cards.store(customer, method, hourly("card", attempt, now=services.clock.now()))
    if isinstance(stored, Decline):
        await services.card_attempts.record_decline(request.account, count_as, services.clock.now())
        if stored == NO_SUCH_METHOD:
            raise unknown_payment_method()
        raise ProblemError("card_declined", f"the bank refuses this card: {stored.decline_code or stored.code}")
    answer = await services.ledger.post(
        book.terms.account, Decision(lambda current, now: _stored(current, stored, now))
    )
    if isinstance(answer, Refused):
        raise refused(answer)
    assert isinstance(answer, Posted | Unchanged)
    cards = answer.book.settings.cards
    order = next(place for place, card in enumerate(cards, 1) if card.is_same_card(card_of(stored)))
    return Reply(201, card_json(cards[order - 1], order))


def unknown_payment_method() -> ProblemError:
    """The caller named a payment method that the provider does not know, or that is another customer's."""
    detail = "the payment provider has no such payment method for this account"
    return ProblemError("invalid_request", detail, (Flaw("/paymentMethod", "unknown", detail),))


def card_of(stored: StoredCard) -> Card:
    """The card as the account stores it."""
    return Card(
        id=stored.id,
        brand=stored.brand,
        last_four=stored.last_four,
        expiry_year=stored.expiry_year,
        expiry_month=stored.expiry_month,
        fingerprint=stored.fingerprint,
    )


def _stored(book: Book, stored: StoredCard, now: datetime) -> Change | Refused | None:
    card = card_of(stored)
    same = next((known for known in book.settings.cards if known.is_same_card(card)), None)
    if same is not None:
        return Refused("card_declined", "its bank has refused this card permanently") if same.refused else None
    if len(book.settings.cards) >= CARDS_MAX:
        return Refused("above_maximum", f"an account has at most {CARDS_MAX} cards")
    change = Change(settings=book.settings.with_card(card))
    return change.then(reset(apply(book, change), now=now))
