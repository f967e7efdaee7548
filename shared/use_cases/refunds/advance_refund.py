"""The second phase of a refund: the payment provider is asked, and its answer is booked (R6)."""

from shared.kernel.ids import AccountId, PaymentId
from shared.kernel.money import Money
from shared.ledger.book import Book
from shared.ledger.refund import Refund
from shared.ports import PaymentRefusedError, ProviderRefund, RefundOrder
from shared.purchasing.refund import LISTED_AFTER
from shared.service.services import Services
from shared.use_cases.payments.payment_owner import DEPLOYMENT
from shared.use_cases.refunds.book_refund import book_refund, book_refusal

REFUND = "refund"
"""The metadata field with the refund's id."""


async def advance_refund(services: Services, account: AccountId, name: str) -> None:
    """Move an open refund as far as possible. Raises `UnavailableError` when the outcome is unknown: what the refund
    has set aside stays so, and the alarm has it moved again.
    """
    book = await services.ledger.read(account)
    if book is not None:
        await advance_refund_in(services, book, name)


async def advance_refund_in(services: Services, book: Book, name: str) -> None:
    """The same for a refund that is in *book* as long as it is open."""
    account, refund = book.terms.account, book.refunds.get(name)
    if refund is None or not refund.is_open:
        return
    found = await _found(services, account, refund)
    if found is None and not refund.provider_id:
        try:
            found = await services.refunds.refund(_order(services, book, refund), _key(services, book, refund))
        except PaymentRefusedError as refusal:
            found = await _found(services, account, refund)  # a call that was delayed for a day: its key is forgotten
            if found is None:
                await book_refusal(services, account, refund, refusal.code)
                return
    if found is not None:
        await book_refund(services, account, refund, found)


async def _found(services: Services, account: AccountId, refund: Refund) -> ProviderRefund | None:
    """The refund among those of its payment. They are listed once the provider has accepted it, and before it is asked
    again although it may have forgotten the key of the first call.
    """
    if not refund.provider_id and services.clock.now() < refund.created_at + LISTED_AFTER:
        return None
    async for found in services.refunds.refunds_of(PaymentId(refund.payment)):
        if is_the_same(services, account, refund, found):
            return found
    return None


def is_the_same(services: Services, account: AccountId, refund: Refund, found: ProviderRefund) -> bool:
    """Whether *found* is the provider's record of *refund*: by its id, or by its metadata as long as the refund waits
    for an answer. A second one with the same metadata is another refund.
    """
    if refund.provider_id or not refund.is_open:
        return refund.provider_id == found.id
    named = (found.metadata.get("account"), found.metadata.get(REFUND), found.metadata.get(DEPLOYMENT))
    return named == (account, refund.id, services.rules.deployment)


def _order(services: Services, book: Book, refund: Refund) -> RefundOrder:
    metadata = {"account": book.terms.account, REFUND: refund.id, DEPLOYMENT: services.rules.deployment}
    return RefundOrder(PaymentId(refund.payment), Money(refund.amount, book.terms.currency), metadata)


def _key(services: Services, book: Book, refund: Refund) -> str:
    """The same for ever: a call that was delayed for hours must not refund a second time."""
    terms = book.terms
    return f"{REFUND}|{terms.account}|{terms.epoch}|{refund.id}|{services.rules.deployment}"
