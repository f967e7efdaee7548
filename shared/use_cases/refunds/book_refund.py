"""Book what the payment provider says of a refund (R6). Each step has its marker: a repeat has no effect."""

from dataclasses import replace
from datetime import datetime

from shared.kernel.ids import AccountId, LotId
from shared.ledger import refunding
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.refund import Refund, RefundState
from shared.ports import ProviderRefund
from shared.ports import RefundState as ProviderState
from shared.posting.decision import Decision, Event, Posted, event
from shared.service.services import Services
from shared.telemetry.instruments import REFUNDS
from shared.use_cases.refunds.refund_notices import with_off, with_refunded

REFUSED_WITHOUT_CODE = "refused"
"""The reason of a failed refund for which the provider gave none."""


async def book_refund(services: Services, account: AccountId, refund: Refund, found: ProviderRefund) -> bool:
    """Bring *refund* to the state in which the provider has it, and return whether that changed anything."""
    match found.state:
        case ProviderState.PENDING:
            return await _book_accepted(services, account, refund.id, found.id)
        case ProviderState.SUCCEEDED:
            return await _book_success(services, account, refund.id, found.id)
        case ProviderState.FAILED:
            return await _book_failure(services, account, refund, found.reason or REFUSED_WITHOUT_CODE, found.id)


async def _book_accepted(services: Services, account: AccountId, name: str, provider_id: str) -> bool:
    """The provider has accepted the refund; the bank has not answered."""

    def decide(book: Book, now: datetime) -> Change | None:
        refund = book.refunds.get(name)
        change = refunding.accepted(refund, provider_id, now=now) if refund and refund.is_open else NOTHING
        return None if change is NOTHING else change

    return isinstance(await services.ledger.post(account, Decision(decide)), Posted)


async def _book_success(services: Services, account: AccountId, name: str, provider_id: str) -> bool:
    def decide(book: Book, now: datetime) -> Change | None:
        refund = book.refunds.get(name)
        if refund is None or not refund.is_open:
            return None
        change = refunding.succeed(refund, provider_id, now=now)
        return with_refunded(book, change, refund.amount, has_failed=False, now=now)

    return await _post(services, account, Decision(decide, _step(account, name, RefundState.SUCCEEDED)), "succeeded")


async def book_refusal(services: Services, account: AccountId, refund: Refund, reason: str) -> bool:
    """The provider has refused *refund*: what it has set aside is credit again. If it has accepted it meanwhile, the
    refusal concerned a repeat, and nothing is booked.
    """
    return await _book_failure(services, account, refund, reason, "")


async def _book_failure(services: Services, account: AccountId, refund: Refund, reason: str, provider_id: str) -> bool:
    """The refund was refused, or its bank has sent back the one accepted under *provider_id*: what it has set aside or
    taken is credit again.
    """

    def decide(book: Book, now: datetime) -> Change | None:
        current, lot = book.refunds.get(refund.id), book.lot(refund.lot)
        if current is None or lot is None or current.state is RefundState.FAILED:
            return None
        if not provider_id and (current.provider_id or not current.is_open):
            return None
        current = replace(current, provider_id=provider_id or current.provider_id)
        change = refunding.fail(book, current, lot, reason, services.rules.grace, now=now)
        return with_refunded(book, change, current.amount, has_failed=True, now=now)

    decision = Decision(
        decide,
        _step(account, refund.id, RefundState.FAILED),
        closed_lots=(refund.lot,),
        closed_refunds=(refund.id,),
    )
    return await _post(services, account, decision, "failed")


async def book_foreign_refund(services: Services, account: AccountId, lot: LotId, found: ProviderRefund) -> bool:
    """Somebody has made the refund with the provider's own tools. What was already spent becomes overdraft."""

    def decide(book: Book, now: datetime) -> Change | None:
        known = book.lot(lot)
        if known is None:
            return None
        amount = found.money.micros
        change = refunding.made_elsewhere(book, known, found.id, amount, found.created_at, now=now)
        return with_off(book, with_refunded(book, change, amount, has_failed=False, now=now), now=now)

    name = event("refund", account, "elsewhere", found.id, content=found.money.text)
    return await _post(services, account, Decision(decide, name, closed_lots=(lot,)), "elsewhere")


def _step(account: AccountId, name: str, state: RefundState) -> Event:
    return event("refund", account, name, state.value, content="")


async def _post(services: Services, account: AccountId, decision: Decision, outcome: str) -> bool:
    is_posted = isinstance(await services.ledger.post(account, decision), Posted)
    if is_posted:
        REFUNDS.add(1, {"outcome": outcome})
    return is_posted
