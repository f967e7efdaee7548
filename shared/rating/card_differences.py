"""What a new version of a rate card changes: shown in a dry run before it is published (CONTRACT 2)."""

from dataclasses import dataclass

from shared.rating.rate_card import Rate, RateCard


@dataclass(frozen=True, slots=True)
class Differences:
    """How many *rows* a version has, and how many prefixes are added, removed, dearer or cheaper than before."""

    rows: int
    added: int
    removed: int
    dearer: int
    cheaper: int


def differences(card: RateCard, before: RateCard | None) -> Differences:
    """*card* compared with *before*, the version that it replaces; None when it is the first."""
    earlier = before.rates if before else {}
    both = [(rate, earlier[prefix]) for prefix, rate in card.rates.items() if prefix in earlier]
    return Differences(
        rows=len(card.rates),
        added=len(card.rates) - len(both),
        removed=len(earlier) - len(both),
        dearer=sum(_price(new) > _price(old) for new, old in both),
        cheaper=sum(_price(new) < _price(old) for new, old in both),
    )


def _price(rate: Rate) -> tuple[int, int, int, int]:
    """The key that decides which of two rates is dearer: price per minute, connection fee, minimum, increment."""
    return rate.per_minute, rate.connection_fee, rate.minimum_seconds, rate.increment_seconds
