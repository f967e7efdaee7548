"""Bugs in stored cards."""

from dataclasses import replace
from typing import Any

from shared.ledger.change import NOTHING
from shared.ledger.settings import Settings
from shared.posting.loop import consequences
from shared.recharge import stored_cards
from shared.use_cases.cards import change_cards
from tests.simulation.planted.bug import Bug, Patch


def _on_without_card() -> list[Patch]:
    return [(consequences, "without_card", lambda *_, **__: NOTHING)]


def _removal_forgets() -> list[Patch]:
    remove = stored_cards.remove

    def forgetful(settings: Settings, card_id: str) -> Settings:
        left: Any = remove(settings, card_id)
        return settings if left is settings else replace(left, refused_cards=())

    return [(change_cards, "remove", forgetful)]


BUGS: tuple[Bug, ...] = (
    Bug("on without a card", "auto-recharge stays on when its last card is gone", "stored cards", 20, _on_without_card),
    Bug("removal forgets", "a refused card is usable when it is stored again", "stored cards", 100, _removal_forgets),
)
