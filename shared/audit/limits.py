"""Invariant 11: what a commit must be able to hold is limited. Accounts above a limit are reported before they fail."""

from collections.abc import Iterator

from shared.audit.finding import Finding, Invariant
from shared.audit.snapshot import Snapshot
from shared.ledger.book import OPEN_LOTS_MAX
from shared.ledger.settings import CARDS_MAX
from shared.notices.administrators import ADMINISTRATORS_MAX
from shared.posting.journal.keys import HEAD, SETTINGS
from shared.posting.journal.pages import PROPERTY_CHARACTERS
from shared.posting.journal.rows import (
    as_json,
)
from shared.posting.journal.settings_rows import (
    SETTINGS_TYPE,
)

LATE_LOTS_MAX = 6
"""How many lots above the limit are accepted. Money that was taken becomes a lot in every state of the account, so a
few more may be opened: a commit of 98 rows still closes 46 lots beside head, page, marker and three messages.
"""


def over_limits(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for every limit that the account exceeds."""
    book = snapshot.loaded.book
    settings, at = book.settings, book.position.at
    unexpired = sum(lot.usable_at(at) for lot in book.lots.values())
    counted = (
        (HEAD, "unexpired lots", unexpired, OPEN_LOTS_MAX + LATE_LOTS_MAX),
        (HEAD, "open purchases", len(book.intents), OPEN_LOTS_MAX),
        (SETTINGS, "cards", len(settings.cards), CARDS_MAX),
        (SETTINGS, "administrators", len(settings.administrators), ADMINISTRATORS_MAX),
        (SETTINGS, "characters of settings", len(as_json(SETTINGS_TYPE, settings)), PROPERTY_CHARACTERS),
    )
    for row, what, count, most in counted:
        if count > most:
            yield Finding(snapshot.account, Invariant.LIMIT, row, f"{count} {what}, where a commit holds {most}")
