"""How much of a commit a change takes: rows of the transaction, characters of the page."""

from dataclasses import dataclass, field

from shared.ledger.book import Book
from shared.ledger.change import Change
from shared.posting.journal.brake_rows import BRAKE_TYPE
from shared.posting.journal.call_rows import ENTITLEMENTS
from shared.posting.journal.rows import FURTHER_FIELDS, absent_terms

HOLD_CHARACTERS, PIN_CHARACTERS = 600, 50
"""About what a hold takes in a page, and each of its pins; leg and users are counted apart."""

LICENCE_CHARACTERS, ASSIGNMENT_CHARACTERS = 40, 140
"""About what a licence takes in a page without its user, and each of its assignments."""

ENDED_CHARACTERS = 80
"""What an ended hold takes in a page."""

REFUND_CHARACTERS, CLAIM_CHARACTERS = 700, 200
"""About what a refund takes in a page, and each claim on a lot."""


def facts_size(change: Change) -> int:
    """About how many characters of a page the change's facts beside movements and markers take."""
    refunds = REFUND_CHARACTERS * len(change.refunds) + CLAIM_CHARACTERS * sum(
        1 + len(each.claims) for each in change.disputed
    )
    if change.brake:
        refunds += 6 * len(BRAKE_TYPE.dump_json(change.brake))
    if not (change.holds or change.ended or change.licences or change.entitlements):
        return refunds
    holds = sum(
        HOLD_CHARACTERS + PIN_CHARACTERS * len(hold.pins) + _text(hold.leg, hold.user, hold.pool_user)
        for hold in change.holds
    )
    licences = sum(
        LICENCE_CHARACTERS + _text(each.user) + ASSIGNMENT_CHARACTERS * len(each.assignments)
        for each in change.licences
    )
    entitlements = len(ENTITLEMENTS.dump_json(change.entitlements)) if change.entitlements else 0
    return refunds + holds + licences + entitlements + ENDED_CHARACTERS * len(change.ended)


def _text(*texts: str) -> int:
    """The most characters of *texts* as JSON in ASCII."""
    return 6 * sum(map(len, texts))


Keys = dict[str, None]
"""Keys in the order in which they were touched, so that a commit's rows are always in the same order."""


@dataclass(slots=True)
class Touched:
    """Keys of the holds and pools, and the users, that changes have touched. An account may have thousands of each:
    what a commit writes is found by these keys, not by a comparison of everything.
    """

    holds: Keys = field(default_factory=dict)
    pools: Keys = field(default_factory=dict)
    users: Keys = field(default_factory=dict)

    def with_change(self, book: Book, change: Change) -> "Touched":
        """These keys, and those that *change* touches on *book*."""
        if not (change.holds or change.ended or change.licences or any(each.pools for each in change.movements)):
            return self
        holds = [hold.key for hold in change.holds] + [key for key, _ in change.ended]
        earlier = [book.holds[key] for key in holds if key in book.holds]
        pools = [use.pool for movement in change.movements for use in movement.pools]
        pools += [hold.pool for hold in (*earlier, *change.holds) if hold.pool]
        users = [licence.user for licence in change.licences]
        return Touched(
            {**self.holds, **dict.fromkeys(holds)},
            {**self.pools, **dict.fromkeys(pools)},
            {**self.users, **dict.fromkeys(users)},
        )


def touched_rows(before: Book, after: Book, touched: Touched) -> int:
    """How many rows lead from *before* to *after* besides head, page, markers and outbox: a closed lot or purchase
    takes two. *touched* are the holds, pools and licences that may differ.
    """
    lots = sum(1 for key, lot in after.lots.items() if before.lots.get(key) is not lot)
    lots += sum(1 for key in before.closed if key not in after.closed)
    closed = sum(1 + (key in before.lots) for key in after.closed if key not in before.closed)
    closed += sum(1 for key, lot in after.closed.items() if before.closed.get(key, lot) is not lot)
    intents = sum(
        1 if intent.is_open else 2 for key, intent in after.intents.items() if before.intents.get(key) is not intent
    )
    refunds = sum(
        1 if refund.is_open or key in before.refunds else 2
        for key, refund in after.refunds.items()
        if before.refunds.get(key) is not refund
    )
    is_first = before.position.sequence == 0
    terms = after.terms is not before.terms or (is_first and absent_terms(after.terms) != FURTHER_FIELDS)
    settings = (after.settings is not before.settings) + (after.entitlements is not before.entitlements)
    settings += (after.brake is not before.brake) + (after.habit is not before.habit)
    return lots + closed + intents + refunds + terms + settings + _call_rows(before, after, touched)


def _call_rows(before: Book, after: Book, touched: Touched) -> int:
    """Rows of holds, pools and licences that differ."""
    holds = sum(before.holds.get(key) is not after.holds.get(key) for key in touched.holds)
    pools = sum(before.pools.get(key) is not after.pools.get(key) for key in touched.pools)
    return holds + pools + sum(before.licences.get(user) is not after.licences.get(user) for user in touched.users)
