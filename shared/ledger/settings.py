"""What administrators have set: auto-recharge, stored cards, who is notified. ETags are made from the versions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import attrgetter

from shared.kernel.ids import digest
from shared.ledger.card import CARDS_MAX, Card

__all__ = ["CARDS_MAX", "AutoRecharge", "Card", "Settings"]

DIGEST, COUNT = "digest", "count"
"""What a page holds instead of the administrators' addresses, because pages are kept for ever (R27)."""


@dataclass(frozen=True, slots=True)
class AutoRecharge:
    """The auto-recharge that an administrator has set (R3), in micro-units. *monthly_cap* None means no cap."""

    enabled: bool
    trigger: int
    amount: int
    largest_charge: int
    monthly_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one account.

    *administrators* are kept as received; `notices/recipients.py` interprets them. After a rebuild without the
    settings' row only the digest of the list is known. *administrators_salt* is new with each list and is in no page:
    once the row holds another salt, nobody can test a guess against the digests of earlier lists. *customer* is the
    payment provider's id for this account, empty until a card is stored. *refused_cards* are the names (`Card.name`) of
    cards that were refused for good, also of cards that were removed since. *setups* are the provider's ids of card
    setups that wait for the form or for the holder, oldest first. *resumes_with_card*: the service has switched
    auto-recharge off because every card was refused, and switches it on again when one is stored that it can charge.
    *low_balance*: the levels of the balance that administrators are told of, in micro-units, the lowest first.
    *silent_roles*: roles that get no e-mail.
    """

    auto_recharge: AutoRecharge | None = None
    auto_recharge_version: int = 0
    administrators: tuple[Mapping[str, object], ...] = ()
    administrators_version: int = 0
    cards: tuple[Card, ...] = ()
    customer: str = ""
    administrators_salt: str = ""
    refused_cards: tuple[str, ...] = ()
    setups: tuple[str, ...] = ()
    resumes_with_card: bool = False
    low_balance: tuple[int, ...] = ()
    silent_roles: tuple[str, ...] = ()
    alerts_version: int = 0

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

    def is_refused(self, card: Card) -> bool:
        """Whether *card* was refused for good, as it is stored or before it was removed (R4)."""
        return card.name in self.refused_cards or any(known.refused for known in self.cards if known.is_same_card(card))

    def with_card(self, card: Card) -> "Settings":
        """The settings with *card* as the last one; unchanged if it is stored already or `CARDS_MAX` are stored."""
        if len(self.cards) >= CARDS_MAX or any(known.is_same_card(card) for known in self.cards):
            return self
        return replace(self, cards=(*self.cards, replace(card, refused=self.is_refused(card))))

    def usable_cards(self) -> tuple[Card, ...]:
        """The cards that were not refused for good, in their order, but those that need their holder come last."""
        usable = [card for card in self.cards if not card.refused]
        return tuple(sorted(usable, key=attrgetter("needs_holder")))
