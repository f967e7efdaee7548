"""Books for examples, with small whole amounts and single letters as names."""

from datetime import UTC, datetime, timedelta

from shared.kernel.ids import AccountId, LotId
from shared.ledger.apply import apply
from shared.ledger.book import Book, Funding, Lot, LotSource, Position, Terms
from shared.ledger.change import Change, Entry, EventName, Movement, MovementKind, lot_place
from shared.ledger.debit import Charge
from shared.ledger.grant import PRIORITY_DEFAULT, Funds
from shared.ledger.settings import Card
from shared.ledger.settle import settle_overdraft

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GRACE = timedelta(hours=72)

ACCOUNT = AccountId("5f0c1f9e-0000-4000-8000-000000000001")
TERMS = Terms(ACCOUNT, "USD", "US", "UTC", "default", NOON - 92 * DAY, NOON, "epoch")

GRACE_OVER = NOON + 365 * DAY + GRACE
"""The lapse of a lot that was bought at noon."""


def lot(
    name="A",
    remaining=100,
    *,
    original=None,
    expires=NOON + 365 * DAY,
    purchased=NOON,
    funding=Funding.PAID,
    priority=PRIORITY_DEFAULT,
    pinned=0,
    expired=0,
):
    return Lot(
        id=LotId(name),
        source=LotSource.PURCHASE,
        funding=funding,
        original=remaining if original is None else original,
        remaining=remaining,
        pinned=pinned,
        purchased_at=purchased,
        expires_at=expires,
        priority=priority,
        payment=f"payment {name}",
        reference="",
        expired=expired,
    )


def book(*lots, closed=(), **facts):
    by_id = {each.id: each for each in lots}
    gone = {each.id: each for each in closed}
    return Book(TERMS, Position(0, "", NOON, None), lots=by_id, closed=gone, **facts)


def charge(amount, started_at=NOON, name="call"):
    return Charge(amount, started_at, EventName("exchange", name), "", "", {})


def funds(amount, name="payment", charged_at=NOON, **facts):
    origin = EventName("payment", name)
    return Funds(
        amount, **{"source": LotSource.PURCHASE, "funding": Funding.PAID, **facts}, origin=origin, charged_at=charged_at
    )


def entries(change):
    """Every entry of *change* as (from, to, amount), with lots by their plain names."""
    return entries_of([entry for movement in change.movements for entry in movement.entries])


def entries_of(moves):
    """*moves* as (from, to, amount), with lots by their plain names."""
    return [(move.source.removeprefix("lot:"), move.target.removeprefix("lot:"), move.amount) for move in moves]


def booked(*moves):
    """An earlier booking whose entries took (lot or place, amount) for usage."""
    places = {"overdraft": "overdraft"}
    return tuple(Entry(places.get(source, lot_place(LotId(source))), "usage", amount) for source, amount in moves)


def left(after):
    """The remaining amount of each open lot."""
    return {str(each.id): each.remaining for each in after.lots.values()}


def settled(before, change, *, now=NOON):
    """The book after *change*, with overdraft settled from free credit, as in every commit."""
    after = apply(before, change)
    owed = settle_overdraft(after, now=now, touched=())
    return apply(after, Change(movements=(Movement(MovementKind.DEBIT, owed),))) if owed else after


def card(name="visa", *, refused=False, fingerprint=None, year=2030):
    return Card(name, "visa", "4242", year, 12, fingerprint or f"print of {name}", refused)


def the(something):
    """*something*, which must not be None."""
    assert something is not None
    return something
