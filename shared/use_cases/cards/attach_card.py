"""The card of a purchase that switches on auto-recharge (R3). It is attached before it is charged, because the provider
does not attach a form's card after a charge. It is stored in the account, together with auto-recharge, when the payment
succeeds.
"""

from datetime import datetime

from shared.kernel.ids import AccountId
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.intent import Intent
from shared.ledger.settings import Card
from shared.ports import Decline
from shared.posting.decision import Decision
from shared.purchasing.purchase import refused
from shared.recharge.dunning import reason
from shared.service.services import Services
from shared.use_cases.cards.card_setup import card_of
from shared.use_cases.payments.provider_key import hourly
from shared.use_cases.purchases.cancel_purchase import cancel_open_purchase


async def attach_card(services: Services, book: Book, intent: Intent, customer: str) -> Card | Decline | None:
    """Attach the card of a purchase that switches on auto-recharge, and return it; None if it does not, or the card is
    stored already.
    """
    is_stored = any(card.id == intent.card for card in book.settings.cards)
    if intent.arms is None or not intent.arms.enabled or is_stored:
        return None
    key = hourly("card", book.terms.account, intent.id, now=services.clock.now())
    stored = await services.cards.store(customer, intent.card, key)
    return stored if isinstance(stored, Decline) else card_of(stored)


async def decline_uncharged(services: Services, account: AccountId, intent: Intent, decline: Decline) -> None:
    """End a purchase whose card could not be attached, or whose request the provider refuses."""
    code = reason(decline.code, decline.decline_code)

    def decide(book: Book, now: datetime) -> Change | None:
        change = refused(book, intent.id, code, now=now)
        return None if change is NOTHING else change

    await services.ledger.post(account, Decision(decide))
    await cancel_open_purchase(services, account, intent)
