"""What has become due in an account: as much of it as one commit holds. The rest stays due (DESIGN 4, ALARM)."""

from datetime import datetime, timedelta

from shared.ledger.apply import apply
from shared.ledger.book import OPEN_LOTS_MAX, Book
from shared.ledger.change import NOTHING, Change, OutboxMessage
from shared.ledger.expire import LAPSES_MAX, lapse
from shared.ledger.hold import Hold
from shared.ledger.pin import lots_in, rows_of, time_out
from shared.ledger.settle import is_unsettled
from shared.notices.kinds import CardExpires, ChargedCard
from shared.notices.notify import notice_message
from shared.notices.reviews import review
from shared.posting.alarm import Alarm
from shared.purchasing import purchase, refund
from shared.recharge import expiring_cards, slot

ROWS = 91
"""The rows for holds, lots and purchases of a commit of 100. It also has head, page, habit, the slot's message and
notices.
"""

PURCHASES_MAX = 50
"""Open purchases and refunds that one check has moved, each by a row of its own."""


def due(book: Book, alarm: Alarm, grace: timedelta, now: datetime) -> Change:
    """What has become due since the check before *alarm*, whose instant is rounded up. Where overdraft was left
    unsettled, the same commit pays it from up to `OPEN_LOTS_MAX` lots.
    """
    last_check = alarm.at - timedelta(seconds=1)
    lots_settled = OPEN_LOTS_MAX if is_unsettled(book, now=now) else 0
    timed_out = time_out(book, grace, now=now, rows_max=ROWS - 2 * lots_settled)
    ended = [book.holds[key] for key, _ in timed_out.ended]
    lapsed = lapse(apply(book, timed_out), grace, now=now, lots_max=_lapses_max(ended, lots_settled))
    rows = rows_of(ended) + 2 * max(len(lapsed.movements), lots_settled - len(lots_in(ended)))
    moved = _purchases(book, last_check, now=now, most=min(PURCHASES_MAX, max(0, ROWS - rows)))
    done = timed_out.then(lapsed).then(slot.check(book, after=last_check, now=now)).then(moved)
    return done.then(_card_warning(book, now=now)).then(review(book, now=now))


def _card_warning(book: Book, *, now: datetime) -> Change:
    """Warn of a card that expires soon: one row and one e-mail at a time, whatever else this commit holds (R5)."""
    card, days, warned = expiring_cards.warn(book, now=now)
    if card is None:
        return NOTHING
    expiry = f"{card.expiry_year:04d}-{card.expiry_month:02d}"
    notice = CardExpires(at=now, card=ChargedCard(card.brand, card.last_four), expiry=expiry, days=days)
    return warned.then(Change(outbox=(notice_message(book, notice),)))


def _lapses_max(ended: list[Hold], lots_settled: int) -> int:
    """How many further lots may lapse beside the holds that have *ended*."""
    left = lots_settled - len(lots_in(ended)) if lots_settled else (ROWS - rows_of(ended)) // 2
    return max(0, min(LAPSES_MAX, left))


def _purchases(book: Book, last_check: datetime, *, now: datetime, most: int) -> Change:
    """Have open purchases and refunds moved whose check has become due after *last_check*, by the same queue as the
    slot. If there are too many, those that were begun last wait for their next check.
    """
    intents, refunds = book.intents.values(), book.refunds.values()
    checks = [
        *((purchase.next_check(each, after=last_check), each.created_at, "purchase", each.id) for each in intents),
        *((refund.next_check(each, after=last_check), each.created_at, "refund", each.id) for each in refunds),
    ]
    waiting = sorted((begun, what, name) for check, begun, what, name in checks if check and check <= now)
    return Change(
        outbox=tuple(
            OutboxMessage("recharges", {"account": book.terms.account, what: name}) for _, what, name in waiting[:most]
        )
    )


def pools_of_holds(book: Book, until: datetime) -> tuple[str, ...]:
    """The keys of the pools in which holds that are due at *until* have set seconds aside: they give them back."""
    due_holds = (hold for hold in book.holds.values() if hold.pool and hold.until <= until)
    return tuple(dict.fromkeys(hold.pool for hold in due_holds))
