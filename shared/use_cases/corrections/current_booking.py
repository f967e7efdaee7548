"""What is booked for a usage event now: its booking, as the corrections since then have left it (R10)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from shared.kernel.ids import AccountId, LotId
from shared.ledger.change import Entry, Movement, PoolUse, lot_at
from shared.posting.decision import Event, Marker, MarkerKind
from shared.posting.journal import reads
from shared.posting.journal.keys import movement_id
from shared.posting.journal.pages import movement_of
from shared.service.services import Services
from shared.use_cases.calls.pool_uses import total_uses
from shared.use_cases.suspense.replay_suspended import REPLAY

TRIES_MAX = 10
"""Tries when one event is corrected several times at once, because each takes the next correction's number."""


@dataclass(frozen=True, slots=True)
class CurrentBooking:
    """The current booking of an event: its entries, the seconds that it has taken from pools, and the *events* that the
    next correction settles. These are the correction's own event, and, if the event was never booked, every event under
    which it could still be booked. Otherwise its first content, which is in suspense, could be replayed later, and the
    call would be charged twice. *call* is the movement of the booking or of the last correction, *name* its id. Without
    one, both are empty.
    """

    entries: tuple[Entry, ...]
    pools: tuple[PoolUse, ...]
    events: tuple[Event, ...]
    call: Movement | None
    name: str = ""

    @property
    def lots(self) -> tuple[LotId, ...]:
        """The lots that the booking took from."""
        return tuple(lot for entry in self.entries if (lot := lot_at(entry.source)))


async def current_booking(services: Services, account: AccountId, renamed: Callable[..., Event]) -> CurrentBooking:
    """Follow the event's markers: booked, replayed, corrected once, twice, and so on. *renamed* returns the event for
    what was done to it, by its suffix.
    """
    found = CurrentBooking((), (), (), None)
    free: list[Event] = []
    is_booked = False
    for event in (renamed(), renamed(REPLAY)):
        marker = await _marker(services, account, event)
        if marker is None:
            free.append(event)
        elif marker.kind is MarkerKind.BOOKED:
            booked = await _movement(services, account, marker)
            found, is_booked = CurrentBooking(booked.entries, booked.pools, (), booked, _name(marker)), True
    number = 1
    while (marker := await _marker(services, account, renamed(f"#c{number}"))) is not None:
        corrected = await _movement(services, account, marker)
        found = replace(
            found,
            entries=corrected.entries,
            pools=total_uses(found.pools, corrected.pools),
            call=corrected,
            name=_name(marker),
        )
        number += 1
    own = renamed(f"#c{number}")
    return replace(found, events=(own,) if is_booked else (own, *free))


async def _marker(services: Services, account: AccountId, event: Event) -> Marker | None:
    return (await reads.markers(services.ledger.table, account, [event])).get(event.key)


def _name(marker: Marker) -> str:
    assert marker.movement is not None, "bookings and corrections have a movement"
    return movement_id(marker.sequence, marker.movement)


async def _movement(services: Services, account: AccountId, marker: Marker) -> Movement:
    page = await reads.page(services.ledger.table, account, marker.sequence)
    if page is None or marker.movement is None:
        raise AssertionError(f"marker {marker.event.key} names no movement")
    return movement_of(page.facts["movements"][marker.movement])
