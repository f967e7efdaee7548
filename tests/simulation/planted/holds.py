"""Bugs in holds, pools and licences."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared.kernel.ids import AccountId, LotId
from shared.ledger import apply as applied
from shared.ledger import debit, pin
from shared.ledger.book import Book, Lot
from shared.ledger.change import NOTHING, Change, Movement
from shared.ledger.hold import Hold
from shared.ledger.order import consumption_order
from shared.ledger.pool import Pool
from shared.ports import Table
from shared.posting.alarm import earliest_check
from shared.posting.decision import Decision
from shared.posting.journal.needed_rows import with_needed
from shared.posting.journal.rows import Loaded
from shared.posting.loop import account_loop, commit_attempt
from shared.use_cases.accounts import due
from shared.use_cases.calls import release_call
from shared.use_cases.usage import book_call
from tests.simulation.planted.bug import Bug, Patch


def _pins_of_expired_lots_are_free() -> list[Patch]:

    def order(book: Book, started_at: datetime, kind: str | None) -> list[Lot]:
        lots = {name: _unpinned_if_expired(lot, book.position.at) for name, lot in book.lots.items()}
        return consumption_order(replace(book, lots=lots), started_at, kind)

    return [(debit, "consumption_order", order)]


def _unpinned_if_expired(lot: Lot, at: datetime) -> Lot:
    return replace(lot, pinned=0) if lot.expires_at <= at else lot


def _hold_without_alarm() -> list[Patch]:
    def forgetful(book: Book, grace: timedelta, *, now: datetime, has_outbox: bool) -> datetime | None:
        return earliest_check(replace(book, holds={}), grace, now=now, has_outbox=has_outbox)

    return [(commit_attempt, "earliest_check", forgetful)]


def _pool_counted_twice_on_retry() -> list[Patch]:
    real = book_call.booking

    def booking(*arguments: Any) -> Decision:
        decision, times = real(*arguments), 0

        def decide(book: Book, now: datetime) -> Any:
            nonlocal times
            times += 1
            change = decision.decide(book, now)
            assert isinstance(change, Change)
            return change if times == 1 else replace(change, movements=tuple(map(_twice, change.movements)))

        return replace(decision, decide=decide)

    return [(book_call, "booking", booking)]


def _twice(movement: Movement) -> Movement:
    return replace(movement, pools=tuple(replace(use, seconds=2 * use.seconds) for use in movement.pools))


def _lapsed_lot_revives() -> list[Patch]:
    return [(pin, "lapsed_rest", lambda *_arguments, **_now: NOTHING)]


def _rest_lapses_too_early() -> list[Patch]:
    return [(pin, "has_lapsed", lambda *_arguments, **_now: True)]


def _rest_stays_pinned() -> list[Patch]:
    real = applied._pin

    def forgetful(lots: dict[LotId, Lot], pools: dict[str, Pool], hold: Hold | None, sign: int) -> None:
        first_only = hold is not None and sign < 0
        real(lots, pools, replace(hold, pins=hold.pins[:1]) if hold is not None and first_only else hold, sign)

    return [(applied, "_pin", forgetful)]


def _ended_twice() -> list[Patch]:
    def time_out(*arguments: Any, **options: Any) -> Change:
        change = pin.time_out(*arguments, **options)
        return change.then(Change(ended=change.ended))

    return [(due, "time_out", time_out)]


def _rows_cached_over_a_lost_race() -> list[Patch]:
    known: dict[tuple[int, AccountId], Mapping[str, Pool]] = {}

    async def cached(table: Table, account: AccountId, loaded: Loaded, decisions: Sequence[Decision]) -> Loaded:
        needed = await with_needed(table, account, loaded, decisions)
        if needed is loaded:
            return loaded
        first = known.setdefault((id(table), account), needed.book.pools)
        return replace(needed, book=replace(needed.book, pools={**needed.book.pools, **first}))

    return [(account_loop, "with_needed", cached)]


def _leg_not_marked() -> list[Patch]:
    real = book_call.booking
    return [(book_call, "booking", lambda *arguments: replace(real(*arguments), leg=None))]


def _release_gives_up() -> list[Patch]:
    async def never(*_arguments: Any) -> bool:
        return False

    return [(release_call, "_has_hold", never)]


def _pins_without_a_limit() -> list[Patch]:
    """The hold of a call takes what other holds have pinned before."""

    def order(book: Book, now: datetime, kind: str | None) -> list[Lot]:
        lots = {name: replace(lot, pinned=0) for name, lot in book.lots.items()}
        return consumption_order(replace(book, lots=lots), now, kind)

    return [(pin, "consumption_order", order)]


BUGS = (
    Bug(
        "pin spendable after expiry",
        "late calls spend what a hold has pinned in an expired lot",
        "outliving",
        20,
        _pins_of_expired_lots_are_free,
    ),
    Bug("hold without an alarm", "no alarm is set for the time-out of a hold", "authorised", 80, _hold_without_alarm),
    Bug(
        "pool counted twice",
        "a call that is decided again takes its seconds twice",
        "pools",
        60,
        _pool_counted_twice_on_retry,
    ),
    Bug(
        "lapsed lot revives",
        "what a hold gives back to a lapsed lot can be spent again",
        "outliving",
        20,
        _lapsed_lot_revives,
    ),
    Bug("rest lost", "what a settlement leaves of a hold is forfeited", "authorised", 10, _rest_lapses_too_early),
    Bug("rest stays pinned", "only the first pin of a hold is given back", "authorised", 60, _rest_stays_pinned),
    Bug("ended twice", "a time-out ends a hold twice", "authorised", 10, _ended_twice),
    Bug(
        "rows cached over a lost race",
        "pools and licences survive the book with which they were read",
        "pools",
        60,
        _rows_cached_over_a_lost_race,
    ),
    Bug("leg not marked", "usage before its authorisation does not end the leg", "authorised", 40, _leg_not_marked),
    Bug(
        "release gives up",
        "a release does not end the hold of a leg that is authorised meanwhile",
        "authorised",
        100,
        _release_gives_up,
    ),
    Bug("pins overlap", "a hold takes what other holds have pinned", "authorised", 20, _pins_without_a_limit),
)
