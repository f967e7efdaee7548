"""An account's lives: an operator closes an account when nothing is left in it, and may open it again with other terms.

Journal and markers continue from life to life: a call of an earlier life is not booked again in a later one.
"""

from dataclasses import replace
from datetime import datetime

from shared.ledger.book import Book, Recharged, Refused, Terms
from shared.ledger.brake import WATCHING, Brake
from shared.ledger.change import Change
from shared.ledger.entitlements import NO_ENTITLEMENTS, Entitlements
from shared.ledger.habit import UNKNOWN_HABIT
from shared.ledger.pause import NOT_PAUSED
from shared.ledger.settings import Settings
from shared.ledger.slot import SlotState
from shared.ledger.told import NOT_TOLD


def close(book: Book, *, now: datetime) -> Change | Refused:
    """End this life; refused with `not_empty` while credit, debt or a payment is left. The administrators' settings are
    deleted, so that no address stays in an account without an owner (R27). Subscriptions and exemptions end with it;
    licences stay, because they are required from the first assignment ever (R16). The brake
    and the habit end, too: the next life is another organisation's.
    """
    left = _what_is_left(book)
    if left:
        return Refused("not_empty", f"the account still has {', '.join(left)}")
    settings = Settings(
        auto_recharge_version=book.settings.auto_recharge_version + 1,
        administrators_version=book.settings.administrators_version + 1,
        alerts_version=book.settings.alerts_version + 1,
    )
    before = book.entitlements
    entitlements = Entitlements(
        subscriptions_version=before.subscriptions_version + 1, licensed_since=before.licensed_since
    )
    return Change(
        terms=replace(book.terms, closed_at=now),
        settings=settings,
        brake=None if book.brake == WATCHING else Brake(version=book.brake.version + 1),
        habit=None if book.habit == UNKNOWN_HABIT else UNKNOWN_HABIT,
        told=None if book.told == NOT_TOLD else NOT_TOLD,
        entitlements=None if before == NO_ENTITLEMENTS else entitlements,
    )


def _what_is_left(book: Book) -> list[str]:
    """What prevents closing the account, as text for people."""
    amounts = {"credit": bool(book.lots), "overdraft": bool(book.overdraft), "accrued usage": bool(book.accrued)}
    under_way = {
        "an open purchase": any(intent.is_open for intent in book.intents.values()),
        "a call in progress": bool(book.holds),
        "a recharge under way": book.slot.state is not SlotState.IDLE,
    }
    return [text for text, exists in {**amounts, **under_way}.items() if exists]


def reopen(terms: Terms) -> Change:
    """Begin a new life with *terms*: counters and notices of the life before do not count in it."""
    return Change(terms=terms, zero_notified=True, recharged=Recharged("", 0), pause=NOT_PAUSED, told=NOT_TOLD)
