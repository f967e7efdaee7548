"""Stored cards: auto-recharge is never on without a card that it can charge, and no refusal is forgotten (R4, R5)."""

from collections.abc import Iterator, Mapping, Sequence

from shared.kernel.ids import AccountId
from shared.posting.journal.pages import Page
from shared.posting.journal.settings_rows import (
    SETTINGS_TYPE,
)


def forgotten_cards(pages: Mapping[AccountId, Sequence[Page]]) -> Iterator[str]:
    """Violations in any page: each holds the settings as they were after its commit, if it changed them."""
    for account, each in pages.items():
        refused: set[str] = set()
        for page in each:
            if page.facts.get("settings") is None:
                continue
            settings = SETTINGS_TYPE.validate_python(page.facts["settings"])
            order = settings.auto_recharge
            if order is not None and order.enabled and not settings.usable_cards():
                yield f"R5: auto-recharge of {account} stays on without a card that it can charge"
            refused |= {card.name for card in settings.cards if card.refused}
            if forgotten := refused - set(settings.refused_cards):
                yield f"R4: {account} has forgotten that {forgotten} were refused"
