"""What changes stored cards, as pure functions: refused, removed, put into an order, confirmed (R4, R5).

Each returns the settings after it; unchanged settings are the same object.
"""

from dataclasses import replace

from shared.ledger.card import Card
from shared.ledger.settings import Settings
from shared.ledger.slot import Slot

REFUSED_MAX = 50
"""How many refused cards an account remembers after they were removed; the oldest are forgotten first."""

SETUPS_MAX = 10
"""How many card setups may wait; the oldest are forgotten first. A form that is opened again begins another one."""


def refuse(settings: Settings, slot: Slot) -> Settings:
    """Mark the card of *slot* as refused for good, in every record of the same card: also in one that is stored later,
    and if the record that was charged has been removed.
    """
    named = [slot.card_name] if slot.card_name else []
    declined = dict.fromkeys([*named, *(card.name for card in settings.cards if card.id == slot.card)])
    cards = tuple(replace(card, refused=True) if card.name in declined else card for card in settings.cards)
    names = dict.fromkeys([*settings.refused_cards, *declined])
    return replace(settings, cards=cards, refused_cards=tuple(names)[-REFUSED_MAX:])


def need_holder(settings: Settings, slot: Slot) -> Settings:
    """Mark the card of *slot* as one whose bank wants its holder to confirm."""
    return _with_need(settings, slot.card, is_needed=True)


def authenticated(settings: Settings, card_id: str) -> Settings:
    """The holder has confirmed a card with the bank."""
    return _with_need(settings, card_id, is_needed=False)


def _with_need(settings: Settings, card_id: str, *, is_needed: bool) -> Settings:
    cards = tuple(replace(card, needs_holder=is_needed) if card.id == card_id else card for card in settings.cards)
    return settings if cards == settings.cards else replace(settings, cards=cards)


def set_up(settings: Settings, card: Card) -> Settings:
    """The holder has confirmed *card* for charges without him: it is stored as the last one. If the same card is stored
    already and needs its holder, this record of it takes its place: only this one was confirmed.
    """
    cards = tuple(
        replace(card, warned=known.warned) if known.is_same_card(card) and known.needs_holder else known
        for known in settings.cards
    )
    return settings.with_card(card) if cards == settings.cards else replace(settings, cards=cards)


def remove(settings: Settings, card_id: str) -> Settings:
    """Without the card. That it was refused for good is remembered."""
    cards = tuple(card for card in settings.cards if card.id != card_id)
    return settings if cards == settings.cards else replace(settings, cards=cards)


def put_at(settings: Settings, card_id: str, order: int) -> Settings:
    """The card at the place *order*, 1 is first; the others keep their order. Beyond the end is the end."""
    moved = [card for card in settings.cards if card.id == card_id]
    others = [card for card in settings.cards if card.id != card_id]
    cards = (*others[: order - 1], *moved, *others[order - 1 :])
    return settings if cards == settings.cards else replace(settings, cards=cards)


def with_setup(settings: Settings, setup: str) -> Settings:
    """With a card setup that waits."""
    return replace(settings, setups=(*settings.setups, setup)[-SETUPS_MAX:])


def without_setup(settings: Settings, setup: str) -> Settings:
    """Without a card setup: it has ended."""
    return replace(settings, setups=tuple(each for each in settings.setups if each != setup))
