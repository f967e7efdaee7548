"""Card setups: begun here, continued by the holder in the provider's form or with the bank, and settled by the
provider's webhook or the next read, whichever comes first (R5). A repeated or late report stores nothing twice: a setup
is settled only while the account waits for it, and a removed card does not come back.
"""

import logging
from contextlib import suppress
from datetime import datetime

from shared.kernel.ids import AccountId, digest
from shared.ledger.apply import apply
from shared.ledger.book import Book, Refused
from shared.ledger.card import CARDS_MAX, Card
from shared.ledger.change import Change
from shared.ports import (
    CardSetup,
    Decline,
    PaymentRefusedError,
    SetupNews,
    SetupOrder,
    SetupState,
    StoredCard,
    UnavailableError,
)
from shared.posting.decision import Decision
from shared.recharge.slot import reset
from shared.recharge.stored_cards import set_up, with_setup, without_setup
from shared.recharge.switched_off import resumed
from shared.service.services import Services
from shared.use_cases.cards.open_customer import open_customer
from shared.use_cases.payments.payment_owner import CARD, DEPLOYMENT, account_of, payment_metadata
from shared.use_cases.payments.provider_key import hourly

log = logging.getLogger(__name__)


async def begin_setup(
    services: Services, book: Book, method: str | None, return_url: str | None = None
) -> CardSetup | Decline:
    """Begin to set up *method*, or a card that the provider's form will give."""
    customer = await open_customer(services, book)
    attempt = digest(book.terms.account, book.terms.epoch, method or "", str(book.position.sequence))[:32]
    metadata = payment_metadata(book.terms.account, CARD, attempt, services.rules.deployment)
    key = hourly("setup", attempt, return_url or "", now=services.clock.now())
    return await services.cards.set_up(SetupOrder(customer, method, metadata, return_url), key)


async def await_setup(services: Services, account: AccountId, setup: CardSetup) -> None:
    """Commit that the account waits for *setup*, before its secret is handed out."""

    def decide(book: Book, _now: datetime) -> Change | None:
        if setup.id in book.settings.setups:
            return None
        return Change(settings=with_setup(book.settings, setup.id))

    await services.ledger.post(account, Decision(decide))


async def settle_reported_setup(services: Services, news: SetupNews) -> None:
    """Settle the setup that the provider reports, if it is this deployment's."""
    account = account_of(news.metadata)
    if account is None or news.metadata.get(DEPLOYMENT) != services.rules.deployment:
        return
    book = await services.ledger.read(account)
    if book is not None and news.setup in book.settings.setups:
        await _settle(services, account, news.setup)


async def settle_setups(services: Services, book: Book) -> None:
    """Settle every setup that the account waits for. What the provider does not answer waits for the next time."""
    for setup in book.settings.setups:
        with suppress(UnavailableError, PaymentRefusedError):
            await _settle(services, book.terms.account, setup)


async def _settle(services: Services, account: AccountId, name: str) -> None:
    """Read the setup from the provider. A card that is set up is stored; what has ended no longer waits."""
    setup = await services.cards.setup(name)
    if setup is not None and setup.state in {SetupState.OPEN, SetupState.REQUIRES_ACTION}:
        return

    def decide(book: Book, now: datetime) -> Change | None:
        if name not in book.settings.setups:
            return None
        change = Change(settings=without_setup(book.settings, name))
        if setup is None or setup.card is None:
            return change
        more = store(apply(book, change), card_of(setup.card), now)
        if isinstance(more, Refused):
            log.warning("the card of setup %s of %s is not stored: %s", name, account, more.code)
        return change.then(more) if isinstance(more, Change) else change

    await services.ledger.post(account, Decision(decide))


def store(book: Book, card: Card, now: datetime) -> Change | Refused | None:
    """Store a card that is set up; None when it is stored already. A declined recharge is tried again at once (R4)."""
    settings = book.settings
    if settings.is_refused(card):
        return Refused("card_declined", "its bank has refused this card permanently")
    same = next((known for known in settings.cards if known.is_same_card(card)), None)
    if same is None and len(settings.cards) >= CARDS_MAX:
        return Refused("above_maximum", f"an account has at most {CARDS_MAX} cards")
    if same is not None and not same.needs_holder:
        return None
    change = Change(settings=resumed(set_up(settings, card)))
    return change.then(reset(apply(book, change), now=now))


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
