"""Reconcile with the payment provider (R29): compare its payments with the lots.

Two differences are corrected: money without a lot becomes a lot, and an unfinished payment that nothing waits for is
cancelled. Everything else is reported for a person.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.kernel.ids import AccountId, LotId, PaymentId
from shared.kernel.money import Money
from shared.ledger.book import Book
from shared.ports import Payment, PaymentState
from shared.posting.journal import reads
from shared.service.services import Services
from shared.telemetry.instruments import RECONCILIATION_DIFFERENCES
from shared.use_cases.payments.money_back import MoneyBackKind, money_back
from shared.use_cases.payments.payment_owner import (
    account_of,
    is_of_this_deployment,
    names_another_deployment,
    payment_event,
)
from shared.use_cases.payments.settle_payment import grant_payment

log = logging.getLogger(__name__)


class DifferenceKind(StrEnum):
    """How the provider and the ledger differ."""

    SETTLED_LATE = "settled late"  # money was taken and there was no lot: there is one now
    CANCELLED = "cancelled"  # an unfinished payment that no recharge and no purchase waits for
    FOREIGN = "not ours"  # a charge that this service did not make
    NO_ACCOUNT = "no account"  # it names an account that does not exist or is closed
    LOT_MISSING = "lot missing"  # it was settled, and its lot no longer exists
    AMOUNT = "amount differs"
    MONEY_BACK_LATE = "money back booked late"  # a refund or dispute of which no webhook came: it is booked now
    MONEY_BACK = "money back differs"  # a refund or dispute that cannot be booked, or is more than was paid
    CURRENCY = "currency differs"  # money was taken in another currency than the account's: no lot is made of it
    PAYMENT_MISSING = "payment missing"  # a lot names a payment that the provider does not know
    NOT_TAKEN = "not taken"  # a lot names a payment that has not succeeded


CORRECTED = frozenset({DifferenceKind.SETTLED_LATE, DifferenceKind.CANCELLED, DifferenceKind.MONEY_BACK_LATE})
"""Differences that no longer exist once they are reported."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its kind, the payment, and a text for people."""

    kind: DifferenceKind
    payment: str
    detail: str

    def __str__(self) -> str:
        return f"payment {self.payment}: {self.kind.value}: {self.detail}"


async def reconcile_payments(services: Services, since: datetime) -> Sequence[Difference]:
    """Compare all payments and lots since *since*. Raises `UnavailableError` when the provider does not answer."""
    payments = {payment.id: payment async for payment in services.payment_list.since(since)}
    found = [each for payment in payments.values() async for each in _of_payment(services, payment)]
    async for account in services.registry.accounts():
        found += [each async for each in _of_lots(services, account, payments, since)]
    for difference in found:
        RECONCILIATION_DIFFERENCES.add(1, {"kind": difference.kind.value})
        level = logging.WARNING if difference.kind in CORRECTED else logging.ERROR
        log.log(level, "reconciliation: %s", difference)
    return found


async def _of_payment(services: Services, payment: Payment) -> AsyncIterator[Difference]:
    """The differences of one payment of the provider."""
    amount = f"{payment.money.text} {payment.money.currency}"
    account = account_of(payment.metadata)
    if account is None:
        if payment.state is PaymentState.SUCCEEDED:
            yield Difference(DifferenceKind.FOREIGN, payment.id, amount)
        return
    book = await services.ledger.read_including_closed(account)
    if book is None:
        if not names_another_deployment(services, payment):
            yield Difference(DifferenceKind.NO_ACCOUNT, payment.id, account)
    elif not await is_of_this_deployment(services, book, payment):
        if payment.state is PaymentState.SUCCEEDED and not names_another_deployment(services, payment):
            yield Difference(DifferenceKind.FOREIGN, payment.id, amount)
    else:
        async for difference in _of_own_payment(services, book, payment):
            yield difference


async def _of_own_payment(services: Services, book: Book, payment: Payment) -> AsyncIterator[Difference]:
    amount, account = f"{payment.money.text} {payment.money.currency}", book.terms.account
    if payment.state is PaymentState.SUCCEEDED and payment.money.currency != book.terms.currency:
        yield Difference(DifferenceKind.CURRENCY, payment.id, f"{amount} for {account}")
    elif payment.state is PaymentState.SUCCEEDED:
        event = payment_event(payment.id, payment.money)
        marker = (await reads.markers(services.ledger.table, account, [event])).get(event.key)
        if marker is None and book.terms.closed_at is not None:
            yield Difference(DifferenceKind.NO_ACCOUNT, payment.id, account)
        elif marker is None:
            await grant_payment(services, account, payment)
            yield Difference(DifferenceKind.SETTLED_LATE, payment.id, amount)
        elif await reads.lot(services.ledger.table, account, LotId(marker.result["lot"])) is None:
            yield Difference(DifferenceKind.LOT_MISSING, payment.id, amount)
        async for found in money_back(services, book, payment):
            is_booked = found.kind is MoneyBackKind.BOOKED
            kind = DifferenceKind.MONEY_BACK_LATE if is_booked else DifferenceKind.MONEY_BACK
            yield Difference(kind, payment.id, found.detail if is_booked else f"{found.kind.value}: {found.detail}")
    elif payment.state not in {PaymentState.CANCELLED, PaymentState.PROCESSING} and not _is_awaited(book, payment):
        await services.payments.cancel(payment.id)
        yield Difference(DifferenceKind.CANCELLED, payment.id, amount)


def _is_awaited(book: Book, payment: Payment) -> bool:
    """Whether the slot or a purchase still waits for it. The id of a payment that has just been created is not in the
    book yet, but its reference is.
    """
    reference = payment.metadata["reference"]
    slot = book.slot
    by_slot = payment.id == slot.payment or (not slot.payment and reference == str(slot.sequence))
    return by_slot or any(intent.is_open and reference == intent.id for intent in book.intents.values())


async def _of_lots(
    services: Services, account: AccountId, payments: dict[PaymentId, Payment], since: datetime
) -> AsyncIterator[Difference]:
    """The differences of one account's paid lots."""
    terms = await services.terms(account)
    for lot in await reads.all_lots(services.ledger.table, account) if terms else ():
        if not lot.payment or lot.purchased_at < since:
            continue
        payment = payments.get(PaymentId(lot.payment))
        if (
            payment is None or payment.state is not PaymentState.SUCCEEDED
        ):  # it may have succeeded after the list was read
            payment = await services.payments.retrieve(PaymentId(lot.payment))
        if payment is None:
            yield Difference(DifferenceKind.PAYMENT_MISSING, lot.payment, f"lot {lot.id} of {account}")
        elif payment.state is not PaymentState.SUCCEEDED:
            yield Difference(DifferenceKind.NOT_TAKEN, lot.payment, f"lot {lot.id} of {account}")
        elif terms and payment.money != Money(lot.original, terms.currency):
            detail = f"lot {lot.id} of {account} has {Money(lot.original, terms.currency).text}"
            yield Difference(DifferenceKind.AMOUNT, lot.payment, f"{detail}, {payment.money.text} was taken")
