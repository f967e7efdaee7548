"""A rate card's version as rows: one version row, and chunks with its rates."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.kernel.ids import digest
from shared.kernel.times import instant_text, parse_instant
from shared.ports import Row, Value
from shared.rating.rate_card import CardVersion, Direction, Rate, RateCard

VERSIONS = "versions"
"""The partition of all version rows: a few hundred at most, read together."""

PROPERTY_CHARACTERS = 32_000
"""A string property holds 32,767 UTF-16 units; the body is ASCII, so each character is one unit."""

RATE_FIELDS = 8
"""How many fields a stored rate of direction out has."""

CHUNK_PROPERTIES = 8
"""Eight properties are half a mebibyte in UTF-16; a row may have one mebibyte."""


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version row: the version, the digest of its rates, and the partition of its chunks (*generation*)."""

    version: CardVersion
    content: str
    generation: str

    @classmethod
    def of(cls, row: Row) -> "StoredVersion":
        """Read a version row."""
        values = row.values
        version = CardVersion(
            name=str(values["name"]),
            currency=str(values["currency"]),
            valid_from=parse_instant(str(values["validFrom"])),
            rates=int(values["rates"]),
        )
        return cls(version, str(values["content"]), str(values["generation"]))

    @property
    def values(self) -> Mapping[str, Value]:
        """The version row's properties."""
        return {
            "name": self.version.name,
            "currency": self.version.currency,
            "validFrom": instant_text(self.version.valid_from),
            "rates": self.version.rates,
            "content": self.content,
            "generation": self.generation,
        }

    def read(self, rows: Iterable[Row]) -> RateCard | None:
        """The card in the chunks *rows*; None when they are not, or no longer, those of this version."""
        body = "".join(str(part) for row in rows for _, part in sorted(row.values.items()))
        version = self.version
        if content_of(version.currency, body) != self.content:
            return None
        rates: dict[Direction, dict[str, Rate]] = {direction: {} for direction in Direction}
        for fields in json.loads(body):
            rate, direction = Rate(*fields[:RATE_FIELDS]), fields[RATE_FIELDS:] or [Direction.OUT]
            rates[Direction(*direction)][rate.prefix] = rate
        return RateCard(version.name, version.currency, version.valid_from, rates[Direction.OUT], rates[Direction.IN])


def version_key(version: CardVersion | RateCard) -> str:
    """The row key of a version: a digest, because a card's name is external input."""
    return digest(version.name, instant_text(version.valid_from))


def currency_key(name: str) -> str:
    """The row key of a card's currency. It sorts behind every version's, and lists of versions end before it."""
    return f"~{digest(name)}"


def body_of(card: RateCard) -> str:
    """All rates as one ASCII text. They are sorted, so that the same rates always give the same digest.

    Rates of direction in follow those of direction out and have one more field, so that cards without them are stored
    as they were before rates had a direction.
    """
    outbound = [_fields(card.rates[prefix]) for prefix in card.prefixes]
    inbound = [(*_fields(card.inbound[prefix]), Direction.IN.value) for prefix in card.inbound_prefixes]
    return json.dumps([*outbound, *inbound], separators=(",", ":"))


def _fields(rate: Rate) -> tuple[str | int, ...]:
    return (
        rate.prefix,
        rate.name,
        rate.type,
        rate.country,
        rate.per_minute,
        rate.connection_fee,
        rate.minimum_seconds,
        rate.increment_seconds,
    )


def content_of(currency: str, body: str) -> str:
    """The digest that distinguishes versions, and complete chunks from incomplete ones."""
    return digest(currency, body)


def chunks(body: str) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Key and properties of each chunk row, in key order."""
    parts = [body[start : start + PROPERTY_CHARACTERS] for start in range(0, len(body), PROPERTY_CHARACTERS)]
    for number, first in enumerate(range(0, len(parts), CHUNK_PROPERTIES)):
        properties = enumerate(parts[first : first + CHUNK_PROPERTIES])
        yield f"c{number:04d}", {f"p{position}": part for position, part in properties}
