"""An account's lives: closed by an operator when nothing is left in it, opened anew with other terms.

The journal goes on from life to life, and so do the markers: a call of an earlier life is not booked again in a later
one.
"""

from dataclasses import replace
from datetime import datetime

from shared.ledger.book import Book, Recharged, Refused, Terms
from shared.ledger.change import Change
from shared.ledger.pause import NOT_PAUSED
from shared.ledger.settings import Settings
from shared.ledger.slot import SlotState


def close(book: Book, *, now: datetime) -> Change | Refused:
    """The end of this life; `not_empty` while anything is left that somebody could still ask for. What administrators
    have set goes with it, so that no address stays in an account that nobody has (R27).
    """
    left = _left(book)
    if left:
        return Refused("not_empty", f"the account still has {', '.join(left)}")
    settings = Settings(
        auto_recharge_version=book.settings.auto_recharge_version + 1,
        administrators_version=book.settings.administrators_version + 1,
    )
    return Change(terms=replace(book.terms, closed_at=now), settings=settings)


def _left(book: Book) -> list[str]:
    """What keeps the account open, in words."""
    amounts = {"credit": bool(book.lots), "overdraft": bool(book.overdraft), "accrued usage": bool(book.accrued)}
    under_way = {
        "an open purchase": any(intent.is_open for intent in book.intents.values()),
        "a recharge under way": book.slot.state is not SlotState.IDLE,
    }
    return [words for words, is_there in {**amounts, **under_way}.items() if is_there]


def reopen(terms: Terms) -> Change:
    """A new life with *terms*: nothing that was set, counted or told in the one before counts in it."""
    return Change(terms=terms, zero_notified=True, recharged=Recharged("", 0), pause=NOT_PAUSED)
