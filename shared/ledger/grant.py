"""A grant: money or a promotion becomes a lot (R1, R2). Only this rule creates credit from outside the account."""

from dataclasses import dataclass
from datetime import datetime

from shared.kernel.ids import LotId, digest
from shared.kernel.times import a_year_after
from shared.ledger.book import Book, Funding, Lot, LotSource
from shared.ledger.change import CARD, PROMOTION, TRANSFER, Change, Entry, EventName, Movement, MovementKind, lot_place

PRIORITY_DEFAULT = 50
"""In the middle of 0 to 100, so that an operator can have a lot spent before or after the ordinary ones."""


@dataclass(frozen=True, slots=True)
class Funds:
    """What becomes a lot. *origin* identifies it permanently: the payment's id, or the operator's reference."""

    amount: int
    source: LotSource
    funding: Funding
    origin: EventName
    charged_at: datetime
    expires_at: datetime | None = None
    priority: int = PRIORITY_DEFAULT
    scope: tuple[str, ...] = ()


_KINDS = {
    LotSource.PURCHASE: MovementKind.PURCHASE,
    LotSource.RECHARGE: MovementKind.RECHARGE,
    LotSource.GRANT: MovementKind.GRANT,
}


def new_lot_id(book: Book, origin: EventName, *, now: datetime) -> LotId:
    """An id that begins with its time, so that lots sort in the order in which they were created. The digest includes
    the page's number, because an account's clock may stand still: the same grant, decided again before its marker is
    found, must not get the same lot id.
    """
    return LotId(f"{now:%Y%m%d%H%M%S%f}-{digest(origin.source, origin.id, str(book.position.sequence))[:10]}")


def grant(book: Book, funds: Funds, *, now: datetime) -> Change:
    """Open a lot with the whole amount. The same commit settles any overdraft from it (R12).

    A grant is never refused: money that was taken becomes a lot in every state of the account.
    """
    purchased_at = min(funds.charged_at, now)
    lot = Lot(
        id=new_lot_id(book, funds.origin, now=now),
        source=funds.source,
        funding=funds.funding,
        original=funds.amount,
        remaining=0,
        pinned=0,
        purchased_at=purchased_at,
        expires_at=funds.expires_at or a_year_after(purchased_at),
        priority=funds.priority,
        payment=funds.origin.id if funds.source is not LotSource.GRANT else "",
        reference=funds.origin.id if funds.source is LotSource.GRANT else "",
        scope=funds.scope,
    )
    movement = Movement(
        _KINDS[funds.source], (Entry(_source_place(funds), lot_place(lot.id), funds.amount),), funds.origin
    )
    return Change(movements=(movement,), opened=(lot,), result={"lot": lot.id})


def _source_place(funds: Funds) -> str:
    if funds.funding is Funding.PROMOTIONAL:
        return PROMOTION
    return TRANSFER if funds.source is LotSource.GRANT else CARD
