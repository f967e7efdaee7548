"""Open the provider's form for a card, put stored cards into an order, remove them (R5)."""

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.ids import CardId
from shared.ledger.book import Book, Refused
from shared.ledger.card import CARDS_MAX
from shared.ledger.change import Change
from shared.ports import Decline
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision, Posted, Unchanged
from shared.recharge.stored_cards import put_at, remove
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.cards.card_setup import await_setup, begin_setup, settle_setups
from shared.use_cases.cards.limit_card_attempts import count_card_attempt
from shared.views.settings import card_json, list_payment_methods

UNKNOWN_CARD = Refused("not_found", "the account has no such stored card")


class CardOrder(BaseModel):
    """The place at which a card is charged: 1 is first. Beyond the last place is the last."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    order: Annotated[int, Field(ge=1, le=CARDS_MAX)]


async def open_card_form(services: Services, request: Request) -> Reply:
    """201 with the secret with which the provider's form stores a card. It counts as an attempt to store one."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    await count_card_attempt(services, request.account, uuid.uuid4().hex)
    setup = await begin_setup(services, book, None)
    if isinstance(setup, Decline):
        raise ProblemError("unavailable", "the payment provider refuses to open its form")
    await await_setup(services, request.account, setup)
    return Reply(201, {"clientSecret": setup.client_secret})


async def list_cards(services: Services, request: Request) -> Reply:
    """The stored cards, also those whose holder has confirmed them since the last read."""
    book = await services.ledger.read(request.account)
    if book is not None and book.settings.setups:
        await settle_setups(services, book)
    return await list_payment_methods(services, request)


async def order_card(services: Services, request: Request) -> Reply:
    """200 with the card at its new place. The others keep their order, whatever it is by now."""
    name, order = request.path["method"], request.json(CardOrder).order

    def decide(book: Book, _now: datetime) -> Change | Refused | None:
        if all(card.id != name for card in book.settings.cards):
            return UNKNOWN_CARD
        settings = put_at(book.settings, name, order)
        return None if settings is book.settings else Change(settings=settings)

    answer = await services.ledger.post(request.account, Decision(decide))
    if isinstance(answer, Refused):
        raise refused(answer)
    assert isinstance(answer, Posted | Unchanged)
    cards = enumerate(answer.book.settings.cards, 1)
    place, card = next((place, card) for place, card in cards if card.id == name)
    return Reply(200, card_json(card, place))


async def remove_card(services: Services, request: Request) -> Reply:
    """200: the card can never be charged again. It is removed at the provider first: if the answer is lost, the card is
    still listed, and the request can be repeated.
    """
    name = request.path["method"]
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    if all(card.id != name for card in book.settings.cards):
        raise refused(UNKNOWN_CARD)
    await services.cards.remove(CardId(name))

    def decide(book: Book, _now: datetime) -> Change | None:
        settings = remove(book.settings, name)
        return None if settings is book.settings else Change(settings=settings)

    await services.ledger.post(request.account, Decision(decide))
    return Reply(200, {"id": name})
