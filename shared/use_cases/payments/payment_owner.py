"""Which deployment a payment belongs to: several may share one account at the payment provider.

Two of them can have the same tenant and see each other's payments. A deployment settles, cancels and refunds what it
takes for its own, so this is decided by what the provider keeps and by what the book knows, never by the account's id
alone.
"""

from shared.kernel.ids import AccountId, account_id
from shared.ledger.book import Book
from shared.ports import Payment
from shared.posting.decision import Event, event
from shared.posting.journal import reads
from shared.service.services import Services

PURCHASE, RECHARGE = "purchase", "recharge"
"""What a payment is for; it stands in the payment's own words at the provider."""

WORDS = frozenset({"account", "purpose", "reference"})
"""What the provider has kept of every payment since the first release."""

DEPLOYMENT = "deployment"
"""The word that names who made it. Payments of 0.1.0 do not have it."""


def payment_metadata(account: AccountId, purpose: str, reference: str, deployment: str) -> dict[str, str]:
    """What we tell the provider about a payment, and read back."""
    return {"account": account, "purpose": purpose, "reference": reference, DEPLOYMENT: deployment}


def account_of(payment: Payment) -> AccountId | None:
    """The account that a payment names; None for one that somebody else made with the same provider, who may use our
    words for other things.
    """
    if not payment.metadata.keys() >= WORDS:
        return None
    try:
        return account_id(payment.metadata["account"])
    except ValueError:
        return None


def payment_event(payment: Payment) -> Event:
    """A payment becomes one lot, whatever tells of it and how often."""
    return event("payment", payment.id, content=f"{payment.money.text} {payment.money.currency}")


def names_another_deployment(services: Services, payment: Payment) -> bool:
    """Whether a payment says that somebody else made it."""
    return payment.metadata.get(DEPLOYMENT, services.rules.deployment) != services.rules.deployment


async def is_ours(services: Services, book: Book, payment: Payment) -> bool:
    """Whether this deployment made a payment that names the account of *book*.

    Its name in the payment says so. With another name it is ours only if the book knows the payment's id: then this
    deployment had that name before. A payment without a name is from 0.1.0: it is ours if the book knows its id, or if
    it names the provider's customer, whom this deployment opened and nobody else knows.
    """
    named = payment.metadata.get(DEPLOYMENT)
    if named == services.rules.deployment or await _is_known(services, book, payment):
        return True
    return named is None and bool(book.settings.customer) and payment.customer == book.settings.customer


async def _is_known(services: Services, book: Book, payment: Payment) -> bool:
    """The id is committed before any money can move: it stands in the slot, in a purchase, or is settled by now."""
    if payment.id in {book.slot.payment, *(intent.payment for intent in book.intents.values())}:
        return True
    account, settled = book.terms.account, payment_event(payment)
    if settled.key in await reads.markers(services.ledger.table, account, [settled]):
        return True
    if payment.metadata["purpose"] != PURCHASE:
        return False
    closed = await reads.closed_intent(services.ledger.table, account, payment.metadata["reference"])
    return closed is not None and closed.payment == payment.id
