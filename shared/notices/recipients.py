"""Which readers one e-mail can serve (R18, R19)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.kernel.ids import digest
from shared.notices.administrators import Administrator
from shared.notices.languages import written_locale
from shared.notices.notice import INFORMATIVE, Kind
from shared.notices.roles import Role

READERS_MAX = 49
"""The mail service takes 50 recipients for each e-mail. One of them is the sender, because readers are in `bcc`."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Readers of the same language, formats and time zone. *locale* is that of the formats, not always their own."""

    locale: str
    time_zone: str
    addresses: tuple[str, ...]

    @property
    def identity(self) -> str:
        """A digest that no other readers have; with the notice it names one delivery, however often it is tried."""
        return digest(self.locale, self.time_zone, *self.addresses)


def readers_of(
    administrators: Sequence[Administrator],
    *,
    locale: str,
    time_zone: str,
    kind: Kind = Kind.BALANCE_ZERO,
    silent_roles: Collection[Role] = (),
    undeliverable: Collection[str] = (),
) -> tuple[Readers, ...]:
    """The administrators to notify of *kind*, by default one that somebody must get, in groups of at most
    `READERS_MAX` that read the same e-mail. *locale* and *time_zone* are the account's, for administrators who named
    none. The order of the administrators changes nothing.

    Administrators who opted out, themselves or through their *silent_roles*, are left out, and so are *undeliverable*
    addresses. If nobody were left, all are notified: never below one recipient where money is at stake (R18).
    """
    interested = [each for each in administrators if each.wants(kind, silent_roles)]
    notified = [each for each in interested if each.address not in undeliverable]
    if not notified and kind not in INFORMATIVE:
        notified = interested or list(administrators)
    groups: dict[tuple[str, str], list[str]] = {}
    for each in notified:
        key = (written_locale(each.locale or locale), each.time_zone or time_zone)
        groups.setdefault(key, []).append(each.address)
    return tuple(
        Readers(formats, zone, tuple(some))
        for (formats, zone), addresses in sorted(groups.items())
        for some in _parts(sorted(addresses))
    )


def _parts(addresses: Sequence[str]) -> Sequence[Sequence[str]]:
    return [addresses[first : first + READERS_MAX] for first in range(0, len(addresses), READERS_MAX)]
