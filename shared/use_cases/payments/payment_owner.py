"""Which deployment a payment belongs to: several may share one account at the payment provider.

Two deployments can have the same tenant and receive webhooks of each other's payments. A deployment settles, cancels
and refunds its own payments. They are identified by the metadata at the provider and by the book, never by the
account's id alone.
"""

from collections.abc import Mapping

from shared.kernel.ids import AccountId, PaymentId, account_id
from shared.kernel.money import Money
from shared.ledger.book import Book
from shared.ports import Payment
from shared.posting.decision import Event, event
from shared.posting.journal import reads
from shared.service.services import Services

PURCHASE, RECHARGE, CARD = "purchase", "recharge", "card"
"""The purpose of a payment, or of a card setup, in its metadata at the provider."""

METADATA_FIELDS = frozenset({"account", "purpose", "reference"})
"""The metadata that every payment has had since the first release."""

DEPLOYMENT = "deployment"
"""The metadata field with the name of the deployment. Payments of 0.1.0 do not have it."""


def payment_metadata(account: AccountId, purpose: str, reference: str, deployment: str) -> dict[str, str]:
    """The metadata of a payment: the provider stores and returns it."""
    return {"account": account, "purpose": purpose, "reference": reference, DEPLOYMENT: deployment}


def account_of(metadata: Mapping[str, str]) -> AccountId | None:
    """The account that a payment's metadata names; None for a payment that others made with the same provider account.
    They may use the same metadata fields for other things.
    """
    if not metadata.keys() >= METADATA_FIELDS:
        return None
    try:
        return account_id(metadata["account"])
    except ValueError:
        return None


def payment_event(payment: PaymentId, money: Money) -> Event:
    """The event of a payment. Its marker ensures that a payment makes one lot, however often it is reported."""
    return event("payment", payment, content=f"{money.text} {money.currency}")


async def is_granted(services: Services, account: AccountId, payment: PaymentId, money: Money) -> bool:
    """Whether the payment's money is a lot already: then nothing is left to do. The provider reports each payment
    several times, and a read costs a fraction of a refused transaction.
    """
    settled = payment_event(payment, money)
    marker = (await reads.markers(services.ledger.table, account, [settled])).get(settled.key)
    return marker is not None and settled.is_settled_by(marker)


def names_another_deployment(services: Services, payment: Payment) -> bool:
    """Whether the payment's metadata names another deployment."""
    return payment.metadata.get(DEPLOYMENT, services.rules.deployment) != services.rules.deployment


async def is_of_this_deployment(services: Services, book: Book, payment: Payment) -> bool:
    """Whether this deployment made a payment that names the account of *book*.

    It did if the payment names this deployment. If it names another one, it did only if the book has the payment's id:
    then this deployment had that name before. A payment without a name is from 0.1.0: this deployment made it if the
    book has its id, or if it has the account's customer, which only this deployment knows.
    """
    named = payment.metadata.get(DEPLOYMENT)
    if named == services.rules.deployment or await _is_known(services, book, payment):
        return True
    return named is None and bool(book.settings.customer) and payment.customer == book.settings.customer


async def _is_known(services: Services, book: Book, payment: Payment) -> bool:
    """Whether the book has the payment's id. It is committed before any money can move: it is in the slot, in a
    purchase, or the payment is already settled.
    """
    if payment.id in {book.slot.payment, *(intent.payment for intent in book.intents.values())}:
        return True
    account, settled = book.terms.account, payment_event(payment.id, payment.money)
    if settled.key in await reads.markers(services.ledger.table, account, [settled]):
        return True
    if payment.metadata["purpose"] != PURCHASE:
        return False
    closed = await reads.closed_intent(services.ledger.table, account, payment.metadata["reference"])
    return closed is not None and closed.payment == payment.id
