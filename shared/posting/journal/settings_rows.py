"""Conversion of an account's settings to their row, and to what a page keeps of them."""

import json
from typing import cast

from pydantic import TypeAdapter

from shared.ledger.settings import Settings
from shared.ports import Value

SETTINGS_TYPE = TypeAdapter(Settings)

SALT = {"administrators_salt"}
"""It must not be in pages: with the salt, anybody who has the pages could test guesses at the addresses."""


def settings_values(settings: Settings) -> dict[str, Value]:
    """The settings' row. It has the form of version 0.1.0 as long as there is no salt."""
    facts = _settings_json(settings, set() if settings.administrators_salt else SALT)
    return {"settings": json.dumps(facts, separators=(",", ":"), ensure_ascii=False)}


def settings_facts(settings: Settings) -> dict[str, object]:
    """The settings for a page, which is kept for ever: neither addresses nor the salt of their digest (R27)."""
    return _settings_json(settings.without_addresses(), SALT)


_LATER = ("refused_cards", "setups", "resumes_with_card", "low_balance", "silent_roles", "alerts_version")
_LATER_OF_CARDS = ("needs_holder", "warned")
"""Fields that version 0.1.0 did not have. They are left out while they say nothing."""


def _settings_json(settings: Settings, absent: set[str]) -> dict[str, object]:
    facts: dict[str, object] = SETTINGS_TYPE.dump_python(settings, mode="json", exclude=absent)
    cards = [
        {name: value for name, value in card.items() if value or name not in _LATER_OF_CARDS}
        for card in cast("list[dict[str, object]]", facts["cards"])
    ]
    return {**{name: value for name, value in facts.items() if value or name not in _LATER}, "cards": cards}
