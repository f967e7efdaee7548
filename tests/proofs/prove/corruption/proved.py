"""Damage to what was proved: plain, and by a forger who recomputes its digest."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from shared.audit.proved import PROVED, Stored
from shared.audit.replay import Replay
from shared.kernel.ids import AccountId
from shared.ledger.book import Book, Lot
from shared.ports import Upsert, Value, Write
from tests.proofs.prove.audit_nights import Nights


class Found(Enum):
    """When the damage is found."""

    SAME_NIGHT = "the same night"
    ROTA = "the rota"


@dataclass(frozen=True, slots=True)
class ProvedDamage:
    """A change of what was proved, and when it is found."""

    what: str
    found: Found
    apply: Callable[[Nights, AccountId], Coroutine[None, None, None]]


def _unreadable(account: AccountId) -> Callable[[Stored], Sequence[Write]]:
    def writes(stored: Stored) -> Sequence[Write]:
        assert stored.proved
        values: dict[str, Value] = {
            "sequence": stored.proved.sequence,
            "chain": stored.proved.chain,
            "digest": "",
            "parts": 0,
        }
        return [Upsert(PROVED + account, values)]

    return writes


def _plain(nights: Nights, account: AccountId) -> Coroutine[None, None, None]:
    return nights.write(account, _unreadable(account))


def _forged(change: Callable[[Replay], None]) -> Callable[[Nights, AccountId], Coroutine[None, None, None]]:
    return lambda nights, account: nights.forge(account, change)


def _book(change: Callable[[Book], Book]) -> Callable[[Replay], None]:
    def forge(found: Replay) -> None:
        assert found.book
        found.book = change(found.book)

    return forge


def _with_first_lot(change: Callable[[Lot], Lot]) -> Callable[[Replay], None]:
    def forge(book: Book) -> Book:
        lot = next(iter(book.lots.values()))
        return replace(book, lots={**book.lots, lot.id: change(lot)})

    return _book(forge)


def _parts(found: Replay) -> None:
    next(iter(found.parts.values())).consumed += 1


def _markers(found: Replay) -> None:
    found.markers.earlier.total += 1


def _closed(found: Replay) -> None:
    found.closed_sum.total += 1


def _chain(found: Replay) -> None:
    found.chain = "0" * 64


PROVED_DAMAGES = (
    ProvedDamage("what was proved is not readable", Found.SAME_NIGHT, _plain),
    ProvedDamage("proved, forged: another hash", Found.SAME_NIGHT, _forged(_chain)),
    ProvedDamage(
        "proved, forged: a lot has less",
        Found.SAME_NIGHT,
        _forged(_with_first_lot(lambda lot: replace(lot, remaining=lot.remaining - 1))),
    ),
    ProvedDamage(
        "proved, forged: a lot has another payment",
        Found.SAME_NIGHT,
        _forged(_with_first_lot(lambda lot: replace(lot, payment="pi_other"))),
    ),
    ProvedDamage(
        "proved, forged: overdraft", Found.SAME_NIGHT, _forged(_book(lambda book: replace(book, overdraft=1)))
    ),
    ProvedDamage("proved, forged: a lot's parts", Found.SAME_NIGHT, _forged(_parts)),
    ProvedDamage("proved, forged: the sum of markers", Found.ROTA, _forged(_markers)),
    ProvedDamage("proved, forged: the sum of closed lots", Found.ROTA, _forged(_closed)),
)
