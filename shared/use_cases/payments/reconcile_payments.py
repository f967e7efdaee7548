"""Reconcile with the payment provider (R29): compare its payments of the last days with the lots of these days.

Two differences are corrected: money without a lot becomes a lot, and an unfinished payment that nothing waits for is
cancelled. Everything else is reported for a person. An account or payment that cannot be read is a class of its own:
the others are compared all the same.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.kernel.ids import AccountId, LotId, PaymentId
from shared.kernel.money import Money
from shared.ledger.book import Book, Lot
from shared.ledger.change import LedgerBrokenError
from shared.ports import Payment, PaymentRefusedError, PaymentState, UnavailableError
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
    """How the provider and the ledger differ. The runbook says what to do about each."""

    SETTLED_LATE = "settled late"  # money was taken and there was no lot: there is one now
    CANCELLED = "cancelled"  # an unfinished payment that no recharge and no purchase waits for
    FOREIGN = "not ours"  # a charge that this service did not make
    OTHER_MODE = "other mode"  # a test payment beside a live key, or the reverse: it is never booked
    NO_ACCOUNT = "no account"  # it names an account that does not exist or is closed
    LOT_MISSING = "lot missing"  # it was settled, and its lot no longer exists
    AMOUNT = "amount differs"
    MONEY_BACK_LATE = "money back booked late"  # a refund or dispute of which no webhook came: it is booked now
    MONEY_BACK = "money back differs"  # a refund or dispute that cannot be booked, or is more than was paid
    CURRENCY = "currency differs"  # money was taken in another currency than the account's, or than was booked
    PAYMENT_MISSING = "payment missing"  # a lot names a payment that the provider does not know
    NOT_TAKEN = "not taken"  # a lot names a payment that has not succeeded
    UNREAD = "not compared"  # the account or the payment could not be read: reconcile again


CORRECTED = frozenset({DifferenceKind.SETTLED_LATE, DifferenceKind.CANCELLED, DifferenceKind.MONEY_BACK_LATE})
"""What the reconciliation itself puts right."""

UNREADABLE = (UnavailableError, PaymentRefusedError, LedgerBrokenError)
"""What must not keep the other payments and accounts from being compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its kind, the payment (for an account that could not be read: the account), and a text for
    people.
    """

    kind: DifferenceKind
    payment: str
    detail: str

    def __str__(self) -> str:
        return f"payment {self.payment}: {self.kind.value}: {self.detail}"


async def reconcile_payments(services: Services, since: datetime) -> Sequence[Difference]:
    """Compare the payments and lots since *since*. It is complete if no difference is `UNREAD`. Its cost grows with the
    payments and lots of these days; an account without any costs one read.

    Raises `UnavailableError` when the provider's list or the register of accounts cannot be read.
    """
    payments = {payment.id: payment async for payment in services.payment_list.since(since)}
    found = list[Difference]()
    for payment in payments.values():
        try:
            found += [each async for each in _of_payment(services, payment)]
        except UNREADABLE as error:
            found.append(Difference(DifferenceKind.UNREAD, payment.id, repr(error)))
    async for account in services.registry.accounts():
        try:
            found += [each async for each in _of_lots(services, account, payments, since)]
        except UNREADABLE as error:
            found.append(Difference(DifferenceKind.UNREAD, account, f"lots of {account}: {error!r}"))
    for difference in found:
        RECONCILIATION_DIFFERENCES.add(1, {"kind": difference.kind.value})
        log.log(logging.WARNING if difference.kind in CORRECTED else logging.ERROR, "reconciliation: %s", difference)
    return found


async def reconcile_all(services: Services, since: datetime) -> None:
    """Reconcile, and raise `UnavailableError` if something could not be compared, so that it is done again."""
    found = await reconcile_payments(services, since)
    unread = [each.payment for each in found or () if each.kind is DifferenceKind.UNREAD]
    if unread:
        raise UnavailableError(f"the reconciliation is incomplete: {', '.join(unread[:10])}")


async def _of_payment(services: Services, payment: Payment) -> AsyncIterator[Difference]:
    """The differences of one payment of the provider."""
    amount, account = _text(payment.money), account_of(payment.metadata)
    if payment.is_of_other_mode or account is None:
        kind = DifferenceKind.OTHER_MODE if payment.is_of_other_mode else DifferenceKind.FOREIGN
        if payment.state is PaymentState.SUCCEEDED:
            yield Difference(kind, payment.id, amount)
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
    if payment.state is PaymentState.SUCCEEDED:
        async for difference in _of_taken(services, book, payment):
            yield difference
    elif payment.state not in {PaymentState.CANCELLED, PaymentState.PROCESSING} and not _is_awaited(book, payment):
        await services.payments.cancel(payment.id)
        yield Difference(DifferenceKind.CANCELLED, payment.id, _text(payment.money))


async def _of_taken(services: Services, book: Book, payment: Payment) -> AsyncIterator[Difference]:
    """The differences of one payment whose money was taken. Its refunds and disputes are compared here, too."""
    amount, account = _text(payment.money), book.terms.account
    event = payment_event(payment.id, payment.money)
    marker = (await reads.markers(services.ledger.table, account, [event])).get(event.key)
    if marker is None and payment.money.currency != book.terms.currency:
        yield Difference(DifferenceKind.CURRENCY, payment.id, f"{amount} for {account}")
    elif marker is None and book.terms.closed_at is not None:
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
    """The differences of one account's paid lots. A payment that cannot be read does not hide those of other lots."""
    lots = await reads.lots_since(services.ledger.table, account, since)
    paid = [lot for lot in lots if lot.payment and lot.purchased_at >= since]
    terms = await services.terms(account) if paid else None
    currency = terms.currency if terms else ""
    for lot in paid if terms else ():
        try:
            difference = await _of_lot(services, lot, payments, f"lot {lot.id} of {account}", currency)
        except UNREADABLE as error:
            difference = Difference(DifferenceKind.UNREAD, lot.payment, f"lot {lot.id} of {account}: {error!r}")
        if difference is not None:
            yield difference


async def _of_lot(
    services: Services, lot: Lot, payments: dict[PaymentId, Payment], name: str, currency: str
) -> Difference | None:
    payment = payments.get(PaymentId(lot.payment))
    if payment is None or payment.state is not PaymentState.SUCCEEDED:  # it may have succeeded after the list was read
        payment = await services.payments.retrieve(PaymentId(lot.payment))
    booked = Money(lot.original, currency)
    if payment is None:
        return Difference(DifferenceKind.PAYMENT_MISSING, lot.payment, name)
    if payment.state is not PaymentState.SUCCEEDED:
        return Difference(DifferenceKind.NOT_TAKEN, lot.payment, name)
    if payment.money == booked:
        return None
    kind = DifferenceKind.AMOUNT if payment.money.currency == currency else DifferenceKind.CURRENCY
    return Difference(kind, lot.payment, f"{name} has {_text(booked)}, {_text(payment.money)} was taken")


def _text(money: Money) -> str:
    return f"{money.text} {money.currency}"
