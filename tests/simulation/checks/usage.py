"""Usage: no event is acknowledged before it is settled; finally, each is settled once at the right price."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from shared.kernel.ids import AccountId, digest
from shared.posting.decision import Event, MarkerKind
from shared.posting.journal.keys import MARKER, UNATTRIBUTED
from shared.use_cases.usage.envelope import Named, read_message
from shared.use_cases.usage.reason import Nameless
from tests.simulation.checks.books import Books
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import Sent

USAGE_QUEUES = frozenset({"usage", "usage-poison"})


class Usage:
    """Checks every acknowledged message."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        sim.acknowledgements.append(self._acknowledged)

    def _acknowledged(self, queue: str, text: str) -> None:
        if queue not in USAGE_QUEUES:
            return
        for item in read_message(text.encode()):
            if not self._is_settled(item):
                name = item.id if isinstance(item, Named) else ascii(item.raw[:40])
                self._sim.fail(f"5: {name} was acknowledged, but is neither booked nor in suspense")

    def _is_settled(self, item: Named | Nameless) -> bool:
        """Whether its marker exists or, for other content, the marker of the conflict."""
        if isinstance(item, Nameless):
            return f"bytes-{digest(item.raw)[:32]}" in self._sim.suspense.partition("bytes")
        return any(_settled_in(self._sim.ledger.partition(home), item) for home in (item.account, UNATTRIBUTED))


def _settled_in(rows: Mapping[str, Any], item: Named) -> bool:
    own = rows.get(MARKER + item.event.key)
    if own is None:
        return False
    return own.values["content"] == item.event.content or MARKER + _conflict(item).key in rows


def _conflict(item: Named) -> Event:
    return item.renamed(f"!{item.event.content}")


def ends(books: Books, sent: list[Sent]) -> Iterator[str]:
    """Every distinct (event, content) is settled exactly once; every call is debited once, at its price."""
    for event in {(each.account, each.id, each.named.event.content): each for each in sent}.values():
        yield from _ends_once(books, event)
    names = {(each.account, each.id) for each in sent}
    for account, name in sorted(names):
        contents = {each.named.event.content: each for each in sent if (each.account, each.id) == (account, name)}
        yield from _costs(books, account, name, contents)


def reversed_once(books: Books) -> Iterator[str]:
    """No movement is reversed twice."""
    yield from (f"5: {name} was reversed {times} times" for name, times in books.reversals.items() if times > 1)


def _ends_once(books: Books, event: Sent) -> Iterator[str]:
    named = event.named
    settled = 0
    for home in (event.account, UNATTRIBUTED):
        markers = books.markers(home)
        own = markers.get(named.event.key)
        times = int(own is not None and own.event.content == named.event.content) + (_conflict(named).key in markers)
        settled += times
        if times > 1:
            yield f"5: {event.id} is both settled and a conflict with itself"
    if settled == 0:
        yield f"5: {event.id} is lost: neither booked nor in suspense"


def _costs(books: Books, account: AccountId, name: str, contents: dict[str, Sent]) -> Iterator[str]:
    """Check the debits of one event, and its cost after corrections."""
    markers = books.markers(account)
    one = next(iter(contents.values())).named
    own, replayed = markers.get(one.event.key), markers.get(one.renamed("#r1").key)
    booked = [marker for marker in (own, replayed) if marker is not None and books.is_debit(account, marker)]
    debits, cost = books.debits(account, name), books.cost(account, name)
    if debits != len(booked) or debits > 1:
        yield f"5: {name} has {debits} debits and {len(booked)} markers of a booking"
        return
    standing, number = (booked[0] if booked else None), 1
    while (correction := markers.get(one.renamed(f"#c{number}").key)) is not None:
        standing, number = correction, number + 1
    is_standing = standing is not None and not books.is_reversal(account, standing)
    price = contents[standing.event.content].price if standing and is_standing else 0
    if price is not None and cost != price:
        yield f"5: {name} cost {cost}, not {price}"


def in_suspense(books: Books) -> Iterator[str]:
    """There are as many items in suspense as markers of suspended events."""
    marked = Counter(
        (home, marker.kind) for home in books.homes for marker in books.markers(home).values() if _is_kept(marker.kind)
    )
    kept = len(books.suspended)
    if kept != sum(marked.values()):
        yield f"5: {kept} items are in suspense, but there are {sum(marked.values())} markers"


def _is_kept(kind: MarkerKind) -> bool:
    return kind in {MarkerKind.SUSPENDED, MarkerKind.CONFLICT}
