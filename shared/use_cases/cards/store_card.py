"""Store a card (R5). This never switches on auto-recharge, but a declined recharge is tried again (R4)."""

import uuid

from pydantic import BaseModel, ConfigDict

from shared.ledger.book import Refused
from shared.ports import NO_SUCH_METHOD, Decline
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision, Posted, Unchanged
from shared.service.http import Flaw, ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.service.texts import ProviderId, ReturnAddress
from shared.use_cases.cards.card_setup import await_setup, begin_setup, card_of, store
from shared.use_cases.cards.limit_card_attempts import count_card_attempt
from shared.views.settings import card_json


class NewCard(BaseModel):
    """What the provider's form returned. The service never receives card numbers. *returnUrl*: where the bank sends the
    holder's browser after he has confirmed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    paymentMethod: ProviderId  # noqa: N815 - the wire's name
    returnUrl: ReturnAddress | None = None  # noqa: N815 - the wire's name


async def store_card(services: Services, request: Request) -> Reply:
    """201 with the data of the card that may be shown; 202 when its bank asks the holder first; `card_declined` when it
    refuses the card. The card is set up so that it can be charged without its holder.
    """
    requested = request.json(NewCard)
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    method = requested.paymentMethod
    count_as = uuid.uuid4().hex
    await count_card_attempt(services, request.account, count_as)
    setup = await begin_setup(services, book, method, requested.returnUrl)
    if isinstance(setup, Decline):
        await services.card_attempts.record_decline(request.account, count_as, services.clock.now())
        if setup == NO_SUCH_METHOD:
            raise unknown_payment_method()
        raise ProblemError("card_declined", f"the bank refuses this card: {setup.decline_code or setup.code}")
    if setup.card is None:
        await await_setup(services, request.account, setup)
        state = {"state": "requiresAction", "clientSecret": setup.client_secret, "redirectUrl": setup.redirect}
        return Reply(202, state)
    stored = card_of(setup.card)
    answer = await services.ledger.post(request.account, Decision(lambda current, now: store(current, stored, now)))
    if isinstance(answer, Refused):
        raise refused(answer)
    assert isinstance(answer, Posted | Unchanged)
    cards = answer.book.settings.cards
    order = next(place for place, card in enumerate(cards, 1) if card.is_same_card(stored))
    return Reply(201, card_json(cards[order - 1], order))


def unknown_payment_method() -> ProblemError:
    """The caller named a payment method that the provider does not know, or that is another customer's."""
    detail = "the payment provider has no such payment method for this account"
    return ProblemError("invalid_request", detail, (Flaw("/paymentMethod", "unknown", detail),))
