"""Values in the messages of the queue `notices`: to plain JSON and back."""

from collections.abc import Mapping
from datetime import datetime

from shared.kernel.money import Money
from shared.kernel.times import parse_instant
from shared.notices.kinds import ChargedCard


def money_json(money: Money) -> dict[str, str]:
    """Money as plain JSON."""
    return {"amount": money.text, "currency": money.currency}


def money_from(facts: Mapping[str, str]) -> Money:
    """The money in plain JSON."""
    return Money.from_text(facts["amount"], facts["currency"])


def card_json(card: ChargedCard | None) -> dict[str, str] | None:
    """What an e-mail may name of a card, as plain JSON."""
    return None if card is None else {"brand": card.brand, "lastFour": card.last_four}


def card_from(facts: Mapping[str, str] | None) -> ChargedCard | None:
    """The card in plain JSON."""
    return None if facts is None else ChargedCard(facts["brand"], facts["lastFour"])


def instant_from(text: str | None) -> datetime | None:
    """The instant of an RFC 3339 text, if there is one."""
    return None if text is None else parse_instant(text)
