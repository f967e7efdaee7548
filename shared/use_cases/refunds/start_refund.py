"""Start a refund, and move it as far as possible (R6). One Idempotency-Key makes one refund, for ever."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.kernel.ids import AccountId, LotId, digest
from shared.ledger import refunding
from shared.ledger.book import Book, Refused
from shared.ledger.change import Change
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision, event
from shared.purchasing.purchase import IN_PROGRESS
from shared.service.fingerprint import fingerprint
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.service.texts import Label
from shared.use_cases.amounts import MoneyIn
from shared.use_cases.once import post_once
from shared.use_cases.refunds.advance_refund import advance_refund_in
from shared.use_cases.refunds.refund_notices import with_off
from shared.views.lots import CURSOR
from shared.views.refunds import find_refund, refund_json


class NewRefund(BaseModel):
    """What is to be refunded: a lot, or a part of it. Without *amount*: all that is neither spent nor set aside."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    lot: Label
    amount: MoneyIn | None = None

    def content(self) -> str:
        """The fingerprint stored with the idempotency key."""
        return fingerprint({"lot": self.lot, "amount": self.amount.money if self.amount else None})


async def start_refund(services: Services, request: Request) -> Reply:
    """201 with the refund in its current state, also when the same key is sent again."""
    key, requested, account = request.idempotency_key(), request.json(NewRefund), request.account
    if CURSOR.fullmatch(requested.lot) is None:
        raise ProblemError("not_found", "there is no such lot")
    lot = LotId(requested.lot)
    name = event("refund request", account, key, content=requested.content())
    ending = digest(account, key)[:10]
    decision = Decision(lambda book, now: _begin(book, requested, ending, now), name, closed_lots=(lot,))
    posted = await post_once(services, account, decision, "refund", "")
    if posted.book is None:
        await _refuse_in_progress(services, account, posted.result["refund"])
    await advance_refund_in(services, posted.book or await services.book(account), posted.result["refund"])
    book = await services.ledger.read(account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    found = await find_refund(services, book, posted.result["refund"])
    return Reply(201, refund_json(found, book.terms.currency), posted.headers)


def _begin(book: Book, requested: NewRefund, ending: str, now: datetime) -> Change | Refused:
    """The change of the first commit: it sets the part aside, before the provider is asked."""
    amount = requested.amount
    flaw = amount.card_flaw(book.terms.currency, "/amount") if amount else None
    if amount and flaw is None and amount.money.micros == 0:
        flaw = Refused("below_minimum", "a refund is above zero", "/amount")
    if flaw is not None:
        return flaw
    lot = book.lot(LotId(requested.lot))
    begun = refunding.begin(book, lot, amount.money.micros if amount else None, ending, now=now)
    return begun if isinstance(begun, Refused) else with_off(book, begun, now=now)


async def _refuse_in_progress(services: Services, account: AccountId, name: str) -> None:
    """409 while the first request is still running and has no answer of the provider yet. Later, a repeated request
    continues the refund.
    """
    refund = (await services.book(account)).refunds.get(name)
    if refund is None or refund.provider_id or services.clock.now() >= refund.created_at + IN_PROGRESS:
        return
    raise ProblemError("idempotency_in_progress", "the first request with this key is still running")
