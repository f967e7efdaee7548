"""What administrators have set: auto-recharge, stored cards, who is notified. ETags are made from the versions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.kernel.ids import digest

DIGEST, COUNT = "digest", "count"
"""What a page holds instead of the administrators' addresses, because pages are kept for ever (R27)."""

CARDS_MAX = 10
"""More cards than one purpose needs. All of them are stored in one row."""


@dataclass(frozen=True, slots=True)
class AutoRecharge:
    """The auto-recharge that an administrator has set (R3), in micro-units. *monthly_cap* None means no cap."""

    enabled: bool
    trigger: int
    amount: int
    largest_charge: int
    monthly_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A stored card. Cards are tried in the order in which they are stored. *refused*: a hard decline; the card is
    never tried again (R4).
    """

    id: str
    brand: str
    last_four: str
    expiry_year: int
    expiry_month: int
    fingerprint: str
    refused: bool = False

    def is_same_card(self, other: "Card") -> bool:
        """Whether number and expiry are the same. Storing the same card again does not change what its issuer said."""
        return (self.fingerprint, self.expiry_year, self.expiry_month) == (
            other.fingerprint,
            other.expiry_year,
            other.expiry_month,
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one account.

    *administrators* are kept as received; `notices/recipients.py` interprets them. After a rebuild without the
    settings' row only the digest of the list is known. *administrators_salt* is new with each list and is in no page:
    once the row holds another salt, nobody can test a guess against the digests of earlier lists. *customer* is the
    payment provider's id for this account, empty until a card is stored.
    """

    auto_recharge: AutoRecharge | None = None
    auto_recharge_version: int = 0
    administrators: tuple[Mapping[str, object], ...] = ()
    administrators_version: int = 0
    cards: tuple[Card, ...] = ()
    customer: str = ""
    administrators_salt: str = ""

    @property
    def are_administrators_lost(self) -> bool:
        """Whether there are administrators, but only their digest is known."""
        return any(DIGEST in entry for entry in self.administrators)

    @property
    def known_administrators(self) -> tuple[Mapping[str, object], ...]:
        """The administrators whose addresses are known: all or none."""
        return () if self.are_administrators_lost else self.administrators

    def without_addresses(self) -> "Settings":
        """The settings as a page keeps them: only the number and a digest of the administrators. Idempotent."""
        if not self.known_administrators:
            return replace(self, administrators_salt="")
        text = json.dumps([dict(entry) for entry in self.administrators], sort_keys=True)
        entry = {COUNT: len(self.administrators), DIGEST: digest("administrators", self.administrators_salt, text)}
        return replace(self, administrators=(entry,), administrators_salt="")

    def matches_page(self, recorded: "Settings") -> bool:
        """Whether *recorded*, from a page, are these settings. A page of version 0.1.0 has the addresses."""
        return recorded in (self, self.without_addresses())

    def with_card(self, card: Card) -> "Settings":
        """The settings with *card* as the last one; unchanged if it is stored already or `CARDS_MAX` are stored."""
        if len(self.cards) >= CARDS_MAX or any(known.is_same_card(card) for known in self.cards):
            return self
        return replace(self, cards=(*self.cards, card))

    def usable_cards(self) -> tuple[Card, ...]:
        """The cards without a hard decline, in their order."""
        return tuple(card for card in self.cards if not card.refused)
