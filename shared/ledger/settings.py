"""What an administrator has set: auto-recharge, stored cards, who is told. Versions are the ETags' ground."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.kernel.ids import digest

DIGEST, COUNT = "digest", "count"
"""What a page, which lives for ever, says of the administrators instead of their addresses (R27)."""

CARDS_MAX = 10
"""More cards than anybody has for one purpose; they all stand in one row."""


@dataclass(frozen=True, slots=True)
class AutoRecharge:
    """Auto-recharge (R3). Micro-units; *monthly_cap* None means no cap."""

    enabled: bool
    trigger: int
    amount: int
    largest_charge: int
    monthly_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A stored card, in the order in which cards are tried. *refused* after a hard decline: never tried again (R4)."""

    id: str
    brand: str
    last_four: str
    expiry_year: int
    expiry_month: int
    fingerprint: str
    refused: bool = False

    def is_the_same_plastic(self, other: "Card") -> bool:
        """Same number and same expiry: storing it once more changes nothing about what the issuer said."""
        return (self.fingerprint, self.expiry_year, self.expiry_month) == (
            other.fingerprint,
            other.expiry_year,
            other.expiry_month,
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one account.

    *administrators* are kept as told; `notices/recipients.py` gives them their meaning. After a rebuild without the
    settings' row only the digest of a list is known. *administrators_salt* is new with each list and stands in no
    page: once the row has another, nobody can test a guess against the digests of earlier ones. *customer* is the
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
        """Whether there are administrators of whom only a digest is known."""
        return any(DIGEST in entry for entry in self.administrators)

    @property
    def known_administrators(self) -> tuple[Mapping[str, object], ...]:
        """The administrators whose addresses are known: all or none."""
        return () if self.are_administrators_lost else self.administrators

    def without_addresses(self) -> "Settings":
        """The same as a page may keep it: of the administrators their number and a digest; again is the same."""
        if not self.known_administrators:
            return replace(self, administrators_salt="")
        text = json.dumps([dict(entry) for entry in self.administrators], sort_keys=True)
        entry = {COUNT: len(self.administrators), DIGEST: digest("administrators", self.administrators_salt, text)}
        return replace(self, administrators=(entry,), administrators_salt="")

    def is_kept_as(self, kept: "Settings") -> bool:
        """Whether a page that says *kept* is about these settings; a page of version 0.1.0 has the addresses."""
        return kept in (self, self.without_addresses())

    def with_card(self, card: Card) -> "Settings":
        """The same with *card* behind the others, unless it is among them or there are as many as there may be."""
        if len(self.cards) >= CARDS_MAX or any(known.is_the_same_plastic(card) for known in self.cards):
            return self
        return replace(self, cards=(*self.cards, card))

    def usable_cards(self) -> tuple[Card, ...]:
        """The cards that no issuer has refused for good, in their order."""
        return tuple(card for card in self.cards if not card.refused)
