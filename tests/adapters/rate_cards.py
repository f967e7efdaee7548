"""Rate cards with one price, their tables, and faults of those."""

from datetime import UTC, datetime

from shared.adapters.storage.rate_card_tables import RateCardTables
from shared.rating.rate_card import Rate, RateCard

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def card(price, name="default", rates=3):
    prefixes = [str(prefix) for prefix in range(100, 100 + rates)]
    return RateCard(name, "USD", NEW_YEAR, {p: Rate(p, "somewhere", "mixed", "", price, 0, 60, 60) for p in prefixes})


def tables(table, monotonic=lambda: 0.0):
    return RateCardTables(table, monotonic)


async def price(cards, look="in_force"):
    found = await getattr(cards, look)("default", NEW_YEAR)
    return found and found.rates["100"].per_minute


class Faults:
    """Raises an error before or after the *at*-th operation of kind *verb*."""

    def __init__(self, verb, at, error):
        self.left, self.verb, self.error = at, verb, error

    async def __call__(self, verb, _partition, _what):
        if verb == self.verb:
            self.left -= 1
            if self.left == 0:
                raise self.error
