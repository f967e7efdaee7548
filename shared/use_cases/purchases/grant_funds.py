"""Grant funds that were paid outside the service, or a promotion: by an operator, once per reference (R1)."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.kernel.ids import LotId
from shared.ledger.book import OPEN_LOTS_MAX, TOO_MANY_LOTS, Book, Funding, LotSource, Refused
from shared.ledger.change import Change, EventName
from shared.ledger.grant import PRIORITY_DEFAULT, Funds, grant
from shared.posting.decision import UNKNOWN_ACCOUNT, Conflict, Decision, Duplicate, FurtherEventSettled, Posted, event
from shared.posting.journal import reads
from shared.rating.kind import CHARGED
from shared.service.fingerprint import fingerprint
from shared.service.http import REPLAYED, ProblemError, Reply, Request, refused
from shared.service.instants import AlarmInstant
from shared.service.services import Services
from shared.service.texts import Label
from shared.use_cases.amounts import MoneyIn
from shared.views.lots import lot_json

ChargedKind = Literal["tollFree", "premium", "conferenceDialOut", "domestic", "international"]


def _in_order(scope: list[str] | None) -> list[str] | None:
    """The scope, each kind once, in the order of the list of kinds: the same kinds are the same scope."""
    return [kind.value for kind in CHARGED if kind.value in scope] if scope is not None else None


class NewGrant(BaseModel):
    """What an operator grants. *scope*: the call kinds that the lot may pay for; without one, every kind (R11)."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    amount: MoneyIn
    reference: Label
    kind: Literal["paid", "promotional"]
    expiresAt: AlarmInstant | None = None  # noqa: N815 - the wire's
    priority: Annotated[int, Field(ge=0, le=100, strict=True)] = PRIORITY_DEFAULT
    scope: Annotated[
        list[ChargedKind] | None, Field(min_length=1, max_length=len(CHARGED)), AfterValidator(_in_order)
    ] = None

    def content(self) -> str:
        """The fingerprint stored with the idempotency key. The default priority counts as not given."""
        return fingerprint(
            {
                "amount": self.amount.money,
                "reference": self.reference,
                "kind": self.kind,
                "expiresAt": self.expiresAt,
                "priority": None if self.priority == PRIORITY_DEFAULT else self.priority,
                "scope": self.scope,
            }
        )

    def content_in_0_1(self) -> str:
        """What 0.1.0 stored with the key: the model's JSON, with the fields that it had."""
        return self.model_dump_json(include={"amount", "reference", "kind", "expiresAt", "priority"})


async def grant_funds(services: Services, request: Request) -> Reply:
    """Book the grant: 201 with its lot. The same key again gets the same answer; another key with the same reference
    gets `already_exists`.
    """
    key, requested, account = request.idempotency_key(), request.json(NewGrant), request.account
    name = event("grant", account, key, content=requested.content(), older=(requested.content_in_0_1(),))
    reference = event("grant reference", account, requested.reference, content="")
    decision = Decision(lambda book, now: _grant(book, requested, now), name, further_events=(reference,))
    answer = await services.ledger.post(account, decision)
    match answer:
        case Posted(result=result):
            headers = {}
        case Duplicate(marker):
            result, headers = marker.result, REPLAYED
        case Conflict():
            raise ProblemError("idempotency_conflict", "this Idempotency-Key was used before for another grant")
        case FurtherEventSettled():
            raise ProblemError("already_exists", "a grant with this reference was booked before")
        case Refused():
            raise refused(answer)
        case _:
            raise AssertionError("a grant always changes the book")
    book, now = await services.ledger.read(account), services.clock.now()
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    lots = {lot.id: lot for lot in await reads.all_lots(services.ledger.table, account)}
    shown = {"reference": requested.reference, **lot_json(lots[LotId(result["lot"])], book.terms.currency, now=now)}
    return Reply(201, shown, headers)


def _grant(book: Book, requested: NewGrant, now: datetime) -> Change | Refused:
    flaw = requested.amount.flaw(book.terms.currency, "/amount")
    if flaw is not None:
        return flaw
    if requested.amount.money.micros == 0:
        return Refused("below_minimum", "a grant is above zero", "/amount")
    if requested.expiresAt is not None and requested.expiresAt <= now:
        return Refused("invalid_request", "expiresAt is in the past", "/expiresAt")
    if book.lots_reserved(now) >= OPEN_LOTS_MAX:
        return Refused("too_many_lots", TOO_MANY_LOTS)
    funds = Funds(
        amount=requested.amount.money.micros,
        source=LotSource.GRANT,
        funding=Funding(requested.kind),
        origin=EventName("grant", requested.reference),
        charged_at=now,
        expires_at=requested.expiresAt,
        priority=requested.priority,
        scope=tuple(requested.scope or ()),
    )
    return grant(book, funds, now=now)
