"""What a new version of a rate card changes: shown in a dry run before it is published (CONTRACT 2)."""

from dataclasses import dataclass

from shared.rating.rate_card import Direction, Rate, RateCard


@dataclass(frozen=True, slots=True)
class Differences:
    """How many *rows* a version has, and how many are added, removed, dearer or cheaper than before. A row is a prefix
    in one direction.
    """

    rows: int
    added: int
    removed: int
    dearer: int
    cheaper: int


def differences(card: RateCard, before: RateCard | None) -> Differences:
    """*card* compared with *before*, the version that it replaces; None when it is the first."""
    rows, earlier = _rows(card), _rows(before) if before else {}
    both = [(rate, earlier[row]) for row, rate in rows.items() if row in earlier]
    return Differences(
        rows=len(rows),
        added=len(rows) - len(both),
        removed=len(earlier) - len(both),
        dearer=sum(_price(new) > _price(old) for new, old in both),
        cheaper=sum(_price(new) < _price(old) for new, old in both),
    )


def _rows(card: RateCard) -> dict[tuple[Direction, str], Rate]:
    return {(direction, prefix): rate for direction in Direction for prefix, rate in card.rates_of(direction).items()}


def _price(rate: Rate) -> tuple[int, int, int, int]:
    """The key that decides which of two rates is dearer: price per minute, connection fee, minimum, increment."""
    return rate.per_minute, rate.connection_fee, rate.minimum_seconds, rate.increment_seconds
