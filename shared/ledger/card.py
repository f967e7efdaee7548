"""A stored card of an account."""

from dataclasses import dataclass
from datetime import UTC, datetime

from shared.kernel.times import next_month

CARDS_MAX = 10
"""More cards than one purpose needs. All of them are stored in one row."""


@dataclass(frozen=True, slots=True)
class Card:
    """A stored card. Cards are tried in the order in which they are stored. *refused*: a hard decline; the card is
    never tried again (R4). *needs_holder*: its bank wants the holder to confirm before it may be charged without him.
    *warned*: how many days before its expiry the last warning was meant for; 0 before the first.
    """

    id: str
    brand: str
    last_four: str
    expiry_year: int
    expiry_month: int
    fingerprint: str
    refused: bool = False
    needs_holder: bool = False
    warned: int = 0

    @property
    def name(self) -> str:
        """A name of number and expiry, without the id of one of its records at the provider."""
        return f"{self.fingerprint}|{self.expiry_year:04d}-{self.expiry_month:02d}"

    def is_same_card(self, other: "Card") -> bool:
        """Whether number and expiry are the same. Storing the same card again does not change what its issuer said."""
        return self.name == other.name

    @property
    def ends_at(self) -> datetime:
        """The end of the month in which the card expires, UTC (R5)."""
        return next_month(datetime(self.expiry_year, self.expiry_month, 1, tzinfo=UTC))
