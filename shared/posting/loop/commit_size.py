"""How much of a commit a change takes: rows of the transaction, characters of the page."""

from shared.ledger.book import Book
from shared.ledger.change import Change
from shared.posting.journal.call_rows import ENTITLEMENTS
from shared.posting.journal.rows import FURTHER_FIELDS, absent_terms

HOLD_CHARACTERS, PIN_CHARACTERS = 600, 50
"""About what a hold takes in a page, and each of its pins; leg and user are counted apart."""

LICENCE_CHARACTERS, ASSIGNMENT_CHARACTERS = 40, 140
"""About what a licence takes in a page without its user, and each of its assignments."""

ENDED_CHARACTERS = 80
"""What an ended hold takes in a page."""


def facts_size(change: Change) -> int:
    """About how many characters of a page the change's facts beside movements and markers take."""
    if not (change.holds or change.ended or change.licences or change.entitlements):
        return 0
    holds = sum(HOLD_CHARACTERS + PIN_CHARACTERS * len(hold.pins) + _text(hold.leg, hold.user) for hold in change.holds)
    licences = sum(
        LICENCE_CHARACTERS + _text(each.user) + ASSIGNMENT_CHARACTERS * len(each.assignments)
        for each in change.licences
    )
    entitlements = len(ENTITLEMENTS.dump_json(change.entitlements)) if change.entitlements else 0
    return holds + licences + entitlements + ENDED_CHARACTERS * len(change.ended)


def _text(*texts: str) -> int:
    """The most characters of *texts* as JSON in ASCII."""
    return 6 * sum(map(len, texts))


def touched_rows(before: Book, after: Book) -> int:
    """How many rows the change takes besides head, page, markers and outbox: a closed lot or purchase takes two."""
    lots = sum(1 for key, lot in after.lots.items() if before.lots.get(key) is not lot)
    lots += sum(1 for key in before.closed if key not in after.closed)
    closed = sum(1 + (key in before.lots) for key in after.closed if key not in before.closed)
    closed += sum(1 for key, lot in after.closed.items() if before.closed.get(key, lot) is not lot)
    intents = sum(
        1 if intent.is_open else 2 for key, intent in after.intents.items() if before.intents.get(key) is not intent
    )
    is_first = before.position.sequence == 0
    terms = after.terms is not before.terms or (is_first and absent_terms(after.terms) != FURTHER_FIELDS)
    settings = (after.settings is not before.settings) + (after.entitlements is not before.entitlements)
    return lots + closed + intents + terms + settings + _call_rows(before, after)


def _call_rows(before: Book, after: Book) -> int:
    """Rows of holds, pools and licences that differ."""
    if after.holds is before.holds and after.pools is before.pools and after.licences is before.licences:
        return 0
    holds = sum(1 for key, hold in after.holds.items() if before.holds.get(key) is not hold)
    holds += len(before.holds.keys() - after.holds.keys())
    pools = sum(1 for key, pool in after.pools.items() if before.pools.get(key) is not pool)
    return holds + pools + sum(1 for user, each in after.licences.items() if before.licences.get(user) is not each)
