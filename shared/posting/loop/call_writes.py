"""What a commit writes about calls and refunds: entitlements, holds, pools, licences and refunds, as rows and as facts
of its page.
"""

from shared.ledger.book import Book
from shared.ledger.pool import Pool
from shared.ports import Create, Delete, Replace, Value, Write
from shared.posting.journal.brake_rows import brake_values, habit_values
from shared.posting.journal.call_rows import (
    HOLD,
    LICENCE,
    entitlements_values,
    hold_values,
    licence_values,
    pool_values,
)
from shared.posting.journal.keys import (
    BRAKE,
    CLOSED_REFUND,
    ENTITLEMENTS,
    HABIT,
    OPEN_HOLD,
    OPEN_REFUND,
    POOL,
    licence_key,
)
from shared.posting.journal.money_back_rows import REFUND, disputed_facts, refund_values
from shared.posting.journal.rows import Loaded
from shared.posting.loop.commit_size import Touched
from shared.posting.loop.group import Group


def placed_facts(group: Group) -> dict[str, object]:
    """Holds, refunds, claims and licences that the group changes, for the page. Each is preceded by the number of
    movements before it: whether a debit took from the right lots depends on what was set aside at that moment.
    """
    holds, ended, licences = list[object](), list[object](), list[object]()
    refunds, disputed = list[object](), list[object]()
    for part in group.written:
        holds += [[part.first_movement, HOLD.dump_python(hold, mode="json")] for hold in part.change.holds]
        ended += [[part.first_movement, key, how.value] for key, how in part.change.ended]
        refunds += [[part.first_movement, REFUND.dump_python(each, mode="json")] for each in part.change.refunds]
        disputed += [disputed_facts(part.first_movement, each) for each in part.change.disputed]
        licences += [LICENCE.dump_python(licence, mode="json") for licence in part.change.licences]
    facts = {"holds": holds, "ended": ended, "refunds": refunds, "disputed": disputed, "licences": licences}
    return {name: found for name, found in facts.items() if found}


def call_writes(loaded: Loaded, after: Book, touched: Touched) -> list[Write]:
    """Entitlements, brake and habit, and those *touched* holds, pools and licences that differ. An ended hold is
    deleted: its pages keep what it was.
    """
    before = loaded.book
    is_same = after.entitlements is before.entitlements
    writes = [] if is_same else [guarded(ENTITLEMENTS, entitlements_values(after.entitlements), loaded)]
    writes += [] if after.brake is before.brake else [guarded(BRAKE, brake_values(after.brake), loaded)]
    writes += [] if after.habit is before.habit else [guarded(HABIT, habit_values(after.habit), loaded)]
    for key in touched.holds:
        hold = after.holds.get(key)
        if hold is not None and before.holds.get(key) is not hold:
            writes.append(guarded(OPEN_HOLD + key, hold_values(hold), loaded))
        elif hold is None and key in before.holds:
            writes.append(Delete(OPEN_HOLD + key, loaded.etags[OPEN_HOLD + key]))
    for key in touched.pools:
        pool = after.pools.get(key, Pool(key))
        is_stored = POOL + key in loaded.etags  # one in which a call came and went within this commit is not
        if before.pools.get(key, Pool(key)) != pool and (is_stored or pool.used or pool.pinned):
            writes.append(guarded(POOL + key, pool_values(pool), loaded))
    changed = (after.licences[user] for user in touched.users)
    return [*writes, *(guarded(licence_key(each.user), licence_values(each), loaded) for each in changed)]


def refund_writes(loaded: Loaded, after: Book) -> list[Write]:
    """Refunds that differ. One whose outcome is known leaves the working set; it changes once more if it fails then."""
    writes: list[Write] = []
    for name, refund in after.refunds.items():
        if loaded.book.refunds.get(name) is refund:
            continue
        if refund.is_open:
            writes.append(guarded(OPEN_REFUND + name, refund_values(refund), loaded))
            continue
        etag = loaded.etags.get(OPEN_REFUND + name)
        writes += [Delete(OPEN_REFUND + name, etag)] if etag else []
        writes.append(guarded(CLOSED_REFUND + name, refund_values(refund), loaded))
    return writes


def guarded(key: str, values: dict[str, Value], loaded: Loaded) -> Write:
    """The write of a row that exists with the ETag that is known of it, or is new."""
    etag = loaded.etags.get(key)
    return Replace(key, values, etag) if etag else Create(key, values)
