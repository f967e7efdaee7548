"""Which readers one e-mail can serve (R18, R19)."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.kernel.ids import digest
from shared.notices.administrators import Administrator

READERS_MAX = 49
"""The mail service takes 50 recipients an e-mail. One of them is the sender: readers are hidden from one another."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Readers of the same language, conventions and time zone."""

    locale: str
    time_zone: str
    addresses: tuple[str, ...]

    @property
    def identity(self) -> str:
        """Tells these readers from any others; with the notice it names one delivery, however often tried."""
        return digest(self.locale, self.time_zone, *self.addresses)


def readers_of(administrators: Sequence[Administrator], *, locale: str, time_zone: str) -> tuple[Readers, ...]:
    """Return who is told, in groups of at most `READERS_MAX` that read the same e-mail; *locale* and *time_zone* are
    the account's, for those who named none. The same administrators give the same groups, in whatever order they stand.

    Those who opted out are left out. Were nobody left, all are told: never below one recipient.
    """
    told = [each for each in administrators if not each.opt_out] or list(administrators)
    groups: dict[tuple[str, str], list[str]] = {}
    for each in told:
        groups.setdefault((each.locale or locale, each.time_zone or time_zone), []).append(each.address)
    return tuple(
        Readers(reading, zone, tuple(some))
        for (reading, zone), addresses in sorted(groups.items())
        for some in _parts(sorted(addresses))
    )


def _parts(addresses: Sequence[str]) -> Sequence[Sequence[str]]:
    return [addresses[first : first + READERS_MAX] for first in range(0, len(addresses), READERS_MAX)]
